// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/* Argument vectors, strings, and the one way to fail. */

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "driver.h"

void die(const char *fmt, ...)
{
	va_list ap;

	fputs("bpf-fiberc: error: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(1);
}

char *format(const char *fmt, ...)
{
	va_list ap;
	char *str;
	int len;

	va_start(ap, fmt);
	len = vasprintf(&str, fmt, ap);
	va_end(ap);
	if (len < 0)
		die("out of memory");
	return str;
}

void args__add(struct args *args, char *arg)
{
	if (args->n + 1 >= args->cap) {
		args->cap = args->cap ? 2 * args->cap : 64;
		args->v = realloc(args->v, args->cap * sizeof(*args->v));
		if (!args->v)
			die("out of memory");
	}
	args->v[args->n++] = arg;
	args->v[args->n] = NULL;
}

void args__add_all(struct args *args, const struct args *more)
{
	for (size_t i = 0; i < more->n; i++)
		args__add(args, more->v[i]);
}

bool starts_with(const char *str, const char *prefix)
{
	return !strncmp(str, prefix, strlen(prefix));
}

bool takes_value(const char *arg)
{
	static const char *const options[] = {
		"-o", "-x", "-I", "-D", "-U", "-L", "-l", "-T", "-u", "-z", "-e", "-F", "-B",
		"-include", "-include-pch", "-imacros", "-isystem", "-idirafter", "-iquote",
		"-isysroot", "-iprefix", "-iwithprefix", "-iwithprefixbefore", "-iwithsysroot",
		"-ivfsoverlay", "-MF", "-MT", "-MQ", "-MJ", "-Xclang", "-Xlinker", "-Xassembler",
		"-Xpreprocessor", "-Xanalyzer", "-mllvm", "-target", "-arch", "--param",
		"-working-directory", "--serialize-diagnostics", "-gen-cdb-fragment-path",
	};

	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		if (!strcmp(arg, options[i]))
			return true;
	return false;
}
