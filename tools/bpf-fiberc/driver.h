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

/* Whether what follows @arg is its value, whatever that looks like. */
bool takes_value(const char *arg);

/* response.c: the command line with response files opened ... */
struct command_line {
	struct args alone;	/* ... where it has to be for clang alone */
	struct args plugged;	/* ... where it has to be for clang with the plugins */
	struct args full;	/* ... everywhere */
	bool is_full;		/* false: some could not be opened */
};

struct command_line command_line__expand(char **argv);

/* scan.c */
bool scan__may_have_fibers(const struct args *args);

/* report.c: the file for -fbpf-fiber-report=json; NULL if no output is named */
char *report__file(const struct args *args);

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

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof(*(array)))

/* What the driver's own arguments begin with. */
#define ARG_OWN		"-fbpf-fiber-"
#define ARG_MJ		"-MJ"

/* The driver's arguments to clang begin with OWN_PASSES and end in OWN_INCLUDE. */
#define OWN_PLUGINS	"/lib/bpf-fiber/"
#define OWN_PASSES	"BPFFiberPasses"
#define OWN_FRONTEND	"BPFFiberFrontend"
#define OWN_INCLUDE	OWN_PLUGINS "include"
#define ARG_BEGIN	"--start-no-unused-arguments"
#define ARG_END		"--end-no-unused-arguments"

/* What has it, as <bpf_fiber/...> or annotate("bpf_fiber"), may be a fiber. */
#define MENTION		"bpf_fiber"

bool starts_with(const char *str, const char *prefix);

#endif
