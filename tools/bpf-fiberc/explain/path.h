/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* What path.c, which follows the lines of a log, shares with execute.c. */
#ifndef BPF_FIBERC_EXPLAIN_PATH_H
#define BPF_FIBERC_EXPLAIN_PATH_H

#include "explain.h"

#define N_REGS		11
#define N_SLOTS		64	/* of 8 bytes: 512 */
#define MAX_DEPTH	8	/* MAX_CALL_FRAMES */
#define MAX_TESTS	24
#define MAX_NAMES	4096
#define MAX_SOURCES	65535
/* More than a program has branches; bounds what a log made up can ask for. */
#define MAX_KEPT	65536

struct frame {
	struct origin regs[N_REGS];
	struct origin slots[N_SLOTS];
};

/* (header - addend) op imm was true, or false. */
struct test {
	char op[8];
	uint32_t addend;
	uint64_t imm;
	bool is_32, was_true;
};

/* What is known at one point of the path. */
struct point {
	int fiber;		/* the name of its map; -1 */
	enum activation_kind activation;
	bool has_left;		/* the fiber has suspended, or ended */
	uint16_t n_added;
	struct origin added;	/* the number that was added last to a pointer */
	char callback[16];
	uint16_t function;	/* that is verified for itself; 0: the program */
	unsigned int entry;	/* of the callback, or of the function */
	uint16_t source;
	unsigned int n_tests;
	struct test tests[MAX_TESTS];
	unsigned int at;	/* the last instruction */
	uint16_t insn_source;	/* its line; source may be that of the next one */
	struct insn insn;
	int depth;
	struct frame frames[];	/* depth + 1 of them */
};

struct path {
	const struct object *object;
	struct point *now;
	struct point **kept;	/* by instruction */
	uint16_t *source_of;	/* by instruction */
	size_t n_insns;
	size_t n_kept;
	char **names;
	size_t n_names;
	struct source *sources;
	size_t n_sources;
	bool is_empty;
	char text[256];		/* of the last instruction */
	bool is_done;		/* it was accepted, and executed here */
};

static inline struct frame *frame_of(const struct path *path)
{
	return &path->now->frames[path->now->depth];
}

/* path.c */
unsigned int path__intern(struct path *path, const char *name, size_t len);

/* execute.c */
void path__execute(struct path *path);
/* The jump in the last instruction was taken, or not. */
void path__add_outcome(struct path *path, bool taken);
void path__push_frame(struct path *path);
const struct fiber *path__fiber_of_map(const struct path *path, unsigned int map);

#endif
