/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/*
 * --explain-verifier: a verifier log in terms of fibers.
 *
 *	log.c		reads the log line by line, takes instructions apart
 *	btf.c		reads object files and their types
 *	object.c	what these say of fibers, frames and lines
 *	path.c		follows the path that the verifier walked
 *	execute.c	where values came from on it, and which fiber was resumed
 *			from which await
 *	messages.c	what the messages of the verifier mean
 *	report.c	prints all that in the form of a compiler's diagnostic
 *	explain.c	puts them together
 */
#ifndef BPF_FIBERC_EXPLAIN_H
#define BPF_FIBERC_EXPLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "../driver.h"

/* log.c */

enum line_kind {
	LINE_BLANK,
	LINE_BEGIN,	/* libbpf: the log of program @name begins */
	LINE_END,	/* libbpf: and ends */
	LINE_INSN,	/* 12: (79) r1 = *(u64 *)(r6 +8) ; R1=... */
	LINE_FROM,	/* from 12 to 15: R0=... */
	LINE_STATE,	/* 12: R0=...: registers alone */
	LINE_FUNCTION,	/* Validating check() func#1...: what follows is this function */
	LINE_SOURCE,	/* ; a line of the source @ file:line */
	LINE_STATS,	/* processed 12 insns ... */
	LINE_NOISE,	/* of the verifier, but no reason to refuse */
	LINE_MESSAGE,	/* any other */
};

struct line {
	enum line_kind kind;
	unsigned int insn;	/* INSN; STATE; FROM: where the branch is */
	unsigned int to;	/* FROM; INSN if has_next: where the path goes on */
	bool has_next;
	const char *text;	/* INSN: the instruction; SOURCE, MESSAGE, BEGIN: what it says */
	const char *state;	/* INSN, FROM, STATE: the registers, or NULL */
	const char *message;	/* INSN: what is said about it in the same line, or NULL */
};

/* Takes the line apart, in place. */
struct line line__parse(char *text);

/* The next line without its end, or NULL; cut where it is longer than any real one. */
char *log__read(FILE *log);

enum insn_kind {
	INSN_OTHER,
	INSN_MOVE,	/* dst = src, a sign extension included */
	INSN_SET,	/* dst = imm */
	INSN_ALU,	/* dst op= src or imm */
	INSN_LOAD,	/* dst = *(src + off) */
	INSN_STORE,	/* *(dst + off) = src or imm */
	INSN_FETCH,	/* src = atomic on *(dst + off) */
	INSN_JUMP,	/* if dst op src or imm goto pc + off */
	INSN_CALL,	/* a helper or kfunc */
	INSN_SUBPROG,	/* call pc + off */
	INSN_EXIT,
};

/* Of a jump, and of an ALU operation: the operator up to eight characters. */
struct insn {
	enum insn_kind kind;
	int dst, src;		/* src -1: imm */
	int off;
	unsigned int size;	/* bytes of memory */
	bool is_32;
	char op[8];
	uint64_t imm;
	char name[64];		/* INSN_CALL */
};

struct insn insn__parse(const char *text);

/* object.c */

struct member {
	const char *name;
	unsigned int off, size;
};

struct state {
	const char *name;	/* L20_next_packet */
	unsigned int value;
};

struct fiber {
	const char *name;
	const char *map;	/* NULL: there is none */
	unsigned int frame_size;
	struct member *members;
	size_t n_members;
	struct state *states;
	size_t n_states;
};

struct function {
	const char *name;
	const char *section;
	unsigned int begin, end;	/* bytes in the section */
};

struct line_info {
	const char *section;
	unsigned int off;
	const char *file;
	const char *text;
	unsigned int line, column;
};

/* All strings point into the file, which stays mapped. */
struct object {
	struct fiber *fibers;
	size_t n_fibers;
	struct function *functions;
	size_t n_functions;
	struct line_info *lines;
	size_t n_lines;
};

/* NULL, or why the file cannot be used. */
const char *object__open(struct object *object, const char *path);
const struct fiber *object__fiber_of_map(const struct object *object, const char *map);
const struct function *object__function(const struct object *object, const char *name);
/* What @insn of function @name was made from; NULL where that cannot be told. */
const struct line_info *object__line_of_insn(const struct object *object, const char *name,
					     unsigned int insn);
const struct line_info *object__line(const struct object *object, const char *file,
				     unsigned int line);
/* With its folder, if it is in there; otherwise @name itself. */
const char *object__file(const struct object *object, const char *name);
const struct member *fiber__member(const struct fiber *fiber, unsigned int off);

/* path.c */

enum origin_kind {
	ORIGIN_UNKNOWN,
	ORIGIN_CONST,
	ORIGIN_CTX,		/* the context */
	ORIGIN_CTX_FIELD,	/* what was loaded from it, at off */
	ORIGIN_STACK,		/* the address of a local */
	ORIGIN_VALUE,		/* an address in a map value, at off */
	ORIGIN_LOADED,		/* what was loaded from a map value, at off */
	ORIGIN_CALL,		/* what a helper or kfunc returned */
};

struct origin {
	uint8_t kind;
	bool is_computed;	/* and then changed */
	bool is_header;		/* LOADED: the header word, of which addend was subtracted */
	uint16_t name;		/* VALUE, LOADED: the map; CALL: the function */
	uint16_t source;	/* the line it came from */
	uint16_t added;		/* which addition of a number to the pointer; 0: none */
	int off;
	uint32_t addend;
};

enum activation_kind {
	ACTIVATION_NONE,	/* no fiber has run yet */
	ACTIVATION_STARTED,
	ACTIVATION_RESUMED,
};

struct source {
	const char *text;	/* without what is around it */
	const char *file;	/* NULL: the kernel does not tell */
	unsigned int line;
};

struct path;

struct path *path__new(const struct object *object);
void path__reset(struct path *path);
void path__add(struct path *path, const struct line *line);

/* At the end of what was added. */
bool path__is_empty(const struct path *path);
unsigned int path__insn(const struct path *path);
const char *path__insn_text(const struct path *path);
struct origin path__origin(const struct path *path, int reg);
/* Of the number that was added to the pointer in @reg, if it is known. */
struct origin path__added(const struct path *path, int reg);
/* Of the address that the last instruction accesses; -1: none. */
int path__accessed(const struct path *path);
const char *path__name(const struct path *path, unsigned int name);
const struct source *path__source(const struct path *path, unsigned int source);
const struct source *path__present_source(const struct path *path);
/* The line of an instruction that was on the path. */
const struct source *path__source_of_insn(const struct path *path, unsigned int insn);
const struct fiber *path__fiber(const struct path *path);
enum activation_kind path__activation(const struct path *path);
/* Whether the fiber has suspended, or ended. */
bool path__has_left(const struct path *path);
/* "timer", "wq": which callback this is; NULL: none. */
const char *path__callback(const struct path *path);
/* The function that is verified for itself; NULL: the program is. */
const char *path__function(const struct path *path);
/* The first instruction of either; 0 in the program itself. */
unsigned int path__entry(const struct path *path);
/* The states from which the activation can have been resumed. */
size_t path__states(const struct path *path, const struct state **states, size_t max);

/* messages.c */

struct message {
	const char *pattern;	/* * stands for anything */
	const char *function;	/* of the kernel's, that prints it */
	const char *meaning;
	const char *remedy;
	/* Instead of remedy, if the register comes from a frame; may be NULL. */
	const char *remedy_for_frames;
};

const struct message *message__find(const char *text);

/* report.c */

struct failure {
	const char *program;	/* NULL: not known */
	char *const *messages;	/* of the verifier, in their order */
	size_t n_messages;
	const struct path *path;
	const struct object *object;
	const char *object_path;	/* NULL: none was given */
};

void report(const struct failure *failure);

/* explain.c */

#define ARG_EXPLAIN	"--explain-verifier"

int explain_verifier(int argc, char **argv);

#endif
