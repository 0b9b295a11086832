/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef BPF_FIBERC_DRIVER_H
#define BPF_FIBERC_DRIVER_H

#include <stdbool.h>
#include <stddef.h>

/* A growing, NULL-terminated argument vector; the strings are not owned. */
struct args {
	char **v;
	size_t n;
	size_t cap;
};

/* Prints "bpf-fiberc: error: ..." and exits with 1; never after a compile. */
__attribute__((noreturn, format(printf, 1, 2)))
void die(const char *fmt, ...);

__attribute__((format(printf, 1, 2)))
char *format(const char *fmt, ...);

void args__add(struct args *args, char *arg);
void args__add_all(struct args *args, const struct args *more);

/* response.c: the command line with those response files opened that need it */
struct args args__expand(char **argv);

/* clang.c: which clang, and what fits it */
struct clang {
	char *path;	/* to exec */
	char *name;	/* its argv[0]: clang puts it in front of its messages */
	unsigned int major;
};

struct clang clang__find(const char *self);

/* database.c: for -MJ, where clang's exec alone is not enough */
int database__compile(const struct clang *clang, struct args *args, size_t mj, size_t skip);
bool database__wanted(const char *path);

#define ARG_MJ		"-MJ"
#define ARG_QUANTUM	"-fbpf-fiber-quantum"

/* The driver's arguments to clang begin with OWN_PASSES and end in OWN_INCLUDE. */
#define OWN_PLUGINS	"/lib/bpf-fiber/"
#define OWN_PASSES	"BPFFiberPasses"
#define OWN_FRONTEND	"BPFFiberFrontend"
#define OWN_INCLUDE	OWN_PLUGINS "include"
#define ARG_BEGIN	"--start-no-unused-arguments"
#define ARG_END		"--end-no-unused-arguments"

bool starts_with(const char *str, const char *prefix);

#endif
