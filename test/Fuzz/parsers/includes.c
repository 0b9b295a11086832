// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* The driver's search for fibers, in the text of a source and in arguments. */
#include "fuzz-parser.h"
#include "../../../tools/bpf-fiberc/scan.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct scan scan = {};
	struct args args = {};
	char path[32], *text;
	int fd;

	/* Exactly as long, so that a byte behind it is noticed. */
	text = malloc(size + !size);
	memcpy(text, data, size);
	fd = fuzz_file(data, size, path);
	if (!setjmp(fuzz_exited)) {
		args__add(&scan.dirs, "/usr/include");
		scan_text(&scan, "fuzz/source.c", text, size);
		scan_fd(&scan, path, fd);
		text = realloc(text, size + 1);
		text[size] = '\0';
		for (char *arg = strtok(text, " \n"); arg; arg = strtok(NULL, " \n"))
			args__add(&args, arg);
		/* Standard input is the fuzzer's. */
		for (size_t i = 0; i < args.n; i++)
			if (!strcmp(args.v[i], "-"))
				args.v[i] = "-c";
		scan__may_have_fibers(&args);
	}
	for (size_t i = 0; i < scan.n; i++)
		free(scan.files[i].path);
	free(scan.files);
	free(scan.dirs.v);
	free(args.v);
	free(text);
	close(fd);
	return 0;
}
