// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* The driver's response files. */
#include "fuzz-parser.h"
#include "../../../tools/bpf-fiberc/response.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[33] = "@", *argv[] = { path, NULL };
	int fd = fuzz_file(data, size, path + 1);
	struct command_line line;

	if (!setjmp(fuzz_exited)) {
		line = command_line__expand(argv);
		free(line.alone.v);
		free(line.plugged.v);
		free(line.full.v);
	}
	close(fd);
	return 0;
}
