/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * fuzz-parser.h - what the fuzz targets have in common.
 *
 * A target includes the source of its parser, to reach what is static there.
 * The tools end by exit(), which here goes back to the target (fuzz-parsers
 * compiles with -Dexit=fuzz_exit).
 */
#ifndef FUZZ_PARSER_H
#define FUZZ_PARSER_H

#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static jmp_buf fuzz_exited;

__attribute__((noreturn)) void fuzz_exit(int status);
void fuzz_exit(int status)
{
	(void)status;
	longjmp(fuzz_exited, 1);
}

/* A file in memory with this content; its name is in @path, of 32 bytes. */
static inline int fuzz_file(const uint8_t *data, size_t size, char *path)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	sprintf(path, "/proc/self/fd/%d", fd);
	return fd;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif /* FUZZ_PARSER_H */
