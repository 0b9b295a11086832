/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * fiber-test.h - what the parts of fiber-test share.
 */
#ifndef FIBER_TEST_H
#define FIBER_TEST_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <linux/types.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

/* Exit codes; 77 is what automake and lit call a skipped test. */
enum { EXIT_PASSED = 0, EXIT_FAILED = 1, EXIT_SKIPPED = 77 };

#define MAX_KEY		256
#define MAX_VALUE	65536
#define MAX_EVENTS	32

/* A record of yield_to_user(), or a number, remembered under a name of the script. */
struct event {
	char name[32];
	__u32 token;
	__u32 key_size;
	__u8 key[MAX_KEY];
};

struct test {
	const char *script;		/* file that the acts stand in */
	unsigned int line;		/* of the act being done */
	char act[512];			/* its text */
	unsigned int failures;

	struct bpf_object *obj;
	const struct btf *btf;
	bool loaded;
	bool rejected;			/* the script wanted the load to fail */
	struct ring_buffer *ring;
	struct event events[MAX_EVENTS];
	unsigned int nr_events;
};

/* main.c */
void fail(struct test *t, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* log.c: what libbpf and the kernel say */
void log_capture(void);
bool log_contains(const char *text);
void log_print_tail(unsigned int lines);
const char *log_bad_message(void);
void kernel_log_start(void);
bool kernel_log_check(struct test *t);

/* script.c */
bool script_run(struct test *t);

/* acts.c; an act returns false when it makes no sense to go on */
struct act {
	const char *name;
	bool (*run)(struct test *t, char *args);
	bool before_load;
};

extern const struct act acts[];
bool test_load(struct test *t);

/* How much of a verifier log is shown. */
#define LOG_LINES	40

/* hooks.c */
bool act_attach(struct test *t, char *args);
bool act_netns(struct test *t, char *args);

/* run.c */
struct invocation {
	struct bpf_program *prog;
	__u8 packet[2048];
	int packet_len;
	__u8 ctx[MAX_KEY];
	__u32 ctx_size;
	unsigned int repeat;
	bool live;
	int cpu;			/* -1: any */
	__s32 retval;
	int err;
};

/* Give the rest of the line, which starts with an operator or is empty. */
char *invocation_parse(struct test *t, struct invocation *in, char *text);
void invocation_run(struct invocation *in);
bool act_run(struct test *t, char *args);
bool act_parallel(struct test *t, char *args);

/* corrupt.c */
bool act_corrupt(struct test *t, char *args);

/* expr.c */
struct value {
	bool absent;
	__s64 number;
	__u32 type;			/* BTF type it was read with, or 0 */
	struct bpf_map *map;		/* the map it was read from, or NULL */
	__u8 key[MAX_KEY];
};

/* A place in the object that a script can name. */
struct place {
	void *data;
	__u32 type;
	struct bpf_map *map;		/* NULL: a global variable */
	bool absent;
	bool frozen;			/* read-only since the load */
	__u8 key[MAX_KEY];
};

enum verdict { VERDICT_TRUE, VERDICT_FALSE, VERDICT_ERROR };

bool place_parse(struct test *t, const char **cursor, struct place *place);
enum verdict comparison_eval(struct test *t, const char *text, bool report);
enum verdict comparison_eval_value(struct test *t, __s64 left, const char *text);
bool number_parse(struct test *t, const char **cursor, __s64 *number);
/* The value of a sum, as on each side of a comparison, which is all of @text. */
bool sum_evaluate(struct test *t, const char *text, __s64 *number);

/* typed.c: data described by BTF */
__u32 typed_skip_modifiers(const struct btf *btf, __u32 type);
bool typed_member(const struct btf *btf, __u32 *type, size_t *offset,
		  const char *name, size_t len);
bool typed_element(const struct btf *btf, __u32 *type, size_t *offset,
		   __u32 index);
bool typed_read(const struct btf *btf, __u32 type, const void *data,
		__s64 *number);
const char *typed_enumerator(const struct btf *btf, __u32 type, __s64 number);
bool typed_fill(struct test *t, __u32 type, void *data, const char **cursor);
void typed_print(const struct btf *btf, __u32 type, const void *data, size_t size);

/* packet.c */
int packet_parse(struct test *t, const char *text, __u8 *buf, size_t size);

#endif /* FIBER_TEST_H */
