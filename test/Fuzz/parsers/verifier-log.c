// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* --explain-verifier: the log; of FUZZ_OBJECT, if that names an object file. */
#include "fuzz-parser.h"
#include "../../../tools/bpf-fiberc/explain/explain.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct object object;
	static bool is_open;
	const char *path = getenv("FUZZ_OBJECT");
	FILE *file;

	if (path && !is_open && object__open(&object, path))
		abort();
	is_open = true;
	file = size ? fmemopen((void *)data, size, "r") : NULL;
	if (!file)
		return 0;
	if (!setjmp(fuzz_exited))
		read_log(file, path ? &object : NULL, path);
	fclose(file);
	return 0;
}
