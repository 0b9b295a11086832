// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* --explain-verifier: the object file. */
#include "fuzz-parser.h"
#include "../../../tools/bpf-fiberc/explain/explain.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct object object = {};
	char path[32];
	int fd = fuzz_file(data, size, path);

	if (!setjmp(fuzz_exited))
		object__open(&object, path);
	close(fd);
	return 0;
}
