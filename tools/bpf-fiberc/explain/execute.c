// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/*
 * What an instruction does to where values came from.
 *
 * Of each register and stack slot it is known where the value came from: a
 * member of a frame, the context, a call.  Of the word that claiming a frame
 * gives, the dispatch of a resume function compares copies; the outcomes tell
 * which states are possible where the path is now.
 */

#include <string.h>

#include "path.h"

/* Fibers */

const struct fiber *path__fiber_of_map(const struct path *path, unsigned int map)
{
	const struct fiber *fiber = object__fiber_of_map(path->object, path->names[map]);

	/* Kernels before 6.4 do not say which map. */
	if (!fiber && !map && path->object && path->object->n_fibers == 1)
		fiber = &path->object->fibers[0];
	return fiber;
}

static void enter(struct path *path, unsigned int map, enum activation_kind activation)
{
	if (!path__fiber_of_map(path, map))
		return;
	path->now->fiber = map;
	path->now->activation = activation;
	path->now->has_left = false;
	path->now->n_tests = 0;
}

static void leave(struct path *path, unsigned int map)
{
	if (path->now->fiber == (int)map)
		path->now->has_left = true;
}

static bool evaluate(const struct test *test, uint32_t state)
{
	uint64_t a = (uint32_t)(state - test->addend), b = test->imm;
	int64_t sa = test->is_32 ? (int64_t)(int32_t)a : (int64_t)a;
	int64_t sb = test->is_32 ? (int64_t)(int32_t)b : (int64_t)b;
	const char *op = test->op;

	if (test->is_32)
		b = (uint32_t)b;
	if (!strcmp(op, "=="))
		return a == b;
	if (!strcmp(op, "!="))
		return a != b;
	if (!strcmp(op, "<"))
		return a < b;
	if (!strcmp(op, "<="))
		return a <= b;
	if (!strcmp(op, ">"))
		return a > b;
	if (!strcmp(op, ">="))
		return a >= b;
	if (!strcmp(op, "&"))
		return a & b;
	if (!strcmp(op, "s<"))
		return sa < sb;
	if (!strcmp(op, "s<="))
		return sa <= sb;
	if (!strcmp(op, "s>"))
		return sa > sb;
	if (!strcmp(op, "s>="))
		return sa >= sb;
	return test->was_true;	/* tells nothing */
}

size_t path__states(const struct path *path, const struct state **states, size_t max)
{
	const struct fiber *fiber = path__fiber(path);
	size_t n = 0;

	for (size_t i = 0; fiber && i < fiber->n_states; i++) {
		const struct state *state = &fiber->states[i];
		bool possible = state->value != 0;

		for (unsigned int t = 0; t < path->now->n_tests && possible; t++)
			possible = evaluate(&path->now->tests[t], state->value) ==
				   path->now->tests[t].was_true;
		if (!possible)
			continue;
		if (n < max)
			states[n] = state;
		n++;
	}
	return n;
}

void path__add_outcome(struct path *path, bool taken)
{
	struct point *now = path->now;
	const struct insn *insn = &now->insn;
	struct origin *origin = &frame_of(path)->regs[insn->dst];
	bool is_null = (!strcmp(insn->op, "==") && taken) || (!strcmp(insn->op, "!=") && !taken);

	if (insn->src >= 0 || !insn->off)
		return;
	if (origin->is_header && now->n_tests < MAX_TESTS) {
		struct test *test = &now->tests[now->n_tests++];

		memcpy(test->op, insn->op, sizeof(test->op));
		test->addend = origin->addend;
		test->imm = insn->imm;
		test->is_32 = insn->is_32;
		test->was_true = taken;
	}
	/* No frame under this key: the fiber starts. */
	if (origin->kind == ORIGIN_VALUE && !origin->off && !insn->imm && is_null)
		enter(path, origin->name, ACTIVATION_STARTED);
}

/* Instructions */

static struct origin *slot_of(struct frame *frame, int base, int off)
{
	int from_top;

	if (base < 0 || frame->regs[base].kind != ORIGIN_STACK)
		return NULL;
	from_top = frame->regs[base].off + off + 8 * N_SLOTS;
	return from_top >= 0 && from_top < 8 * N_SLOTS ? &frame->slots[from_top / 8] : NULL;
}

static struct origin load(struct path *path, const struct insn *insn)
{
	struct frame *frame = frame_of(path);
	struct origin *base = &frame->regs[insn->src], *slot;
	struct origin loaded = { .source = path->now->insn_source };

	slot = slot_of(frame, insn->src, insn->off);
	if (slot)
		return *slot;
	switch (base->kind) {
	case ORIGIN_CTX:
		loaded.kind = ORIGIN_CTX_FIELD;
		loaded.off = insn->off;
		break;
	case ORIGIN_VALUE:
		loaded.kind = ORIGIN_LOADED;
		loaded.name = base->name;
		loaded.off = base->off + insn->off;
		/* A fiber of a FIBER_LOCAL_MAP() is not claimed. */
		if (!loaded.off && insn->size == 4 && path__fiber_of_map(path, base->name)) {
			loaded.is_header = true;
			enter(path, base->name, ACTIVATION_RESUMED);
		}
		break;
	default:
		break;
	}
	return loaded;
}

/* Claim: a fetch-or of the header. Release: an exchange. */
static void fetch(struct path *path, const struct insn *insn)
{
	struct frame *frame = frame_of(path);
	struct origin *base = &frame->regs[insn->dst];
	struct origin word = { .source = path->now->insn_source };

	if (base->kind == ORIGIN_VALUE && !(base->off + insn->off) && insn->size == 4 &&
	    path__fiber_of_map(path, base->name)) {
		word.kind = ORIGIN_LOADED;
		word.name = base->name;
		if (strstr(path->text, "fetch_or")) {
			word.is_header = true;
			enter(path, base->name, ACTIVATION_RESUMED);
		} else {
			leave(path, base->name);
		}
	}
	frame->regs[insn->src] = word;
}

static bool is_pointer(const struct origin *origin)
{
	return origin->kind == ORIGIN_VALUE || origin->kind == ORIGIN_STACK ||
	       origin->kind == ORIGIN_CTX_FIELD;
}

/* A pointer plus a number is the pointer. */
static void add_number(struct point *now, struct origin *dst, const struct origin *src)
{
	struct origin number = is_pointer(dst) ? *src : *dst;

	if (!is_pointer(dst) && (is_pointer(src) || dst->kind <= ORIGIN_CONST))
		*dst = *src;
	if (!is_pointer(dst) || number.kind == ORIGIN_CONST)
		return;
	now->added = number;
	dst->added = ++now->n_added;
}

static void compute(struct path *path, const struct insn *insn)
{
	struct origin *dst = &frame_of(path)->regs[insn->dst];
	const struct origin *src = insn->src < 0 ? NULL : &frame_of(path)->regs[insn->src];

	if (!src && (!strcmp(insn->op, "+=") || !strcmp(insn->op, "-="))) {
		uint32_t imm = insn->op[0] == '+' ? insn->imm : -insn->imm;

		if (dst->is_header)
			dst->addend -= imm;
		else if (dst->kind == ORIGIN_VALUE || dst->kind == ORIGIN_STACK)
			dst->off += (int32_t)imm;
		else
			dst->is_computed = true;
		return;
	}
	/* A state of one byte, beside variables. */
	if (dst->is_header && !src && !strcmp(insn->op, "&=") && insn->imm == 0xff)
		return;
	/* Widening and narrowing of the header word change nothing. */
	if (dst->is_header && !src && (!strcmp(insn->op, "<<=") || !strcmp(insn->op, ">>=")) &&
	    insn->imm == 32)
		return;
	if (src && !strcmp(insn->op, "+="))
		add_number(path->now, dst, src);
	else if (src && dst->kind <= ORIGIN_CONST)
		*dst = *src;
	dst->is_header = false;
	dst->is_computed = true;
}

static void call(struct path *path, const struct insn *insn)
{
	struct frame *frame = frame_of(path);

	if (!strcmp(insn->name, "bpf_map_delete_elem") && path->now->fiber >= 0)
		leave(path, path->now->fiber);
	memset(frame->regs, 0, 6 * sizeof(frame->regs[0]));
	frame->regs[0] = (struct origin){
		.kind = ORIGIN_CALL,
		.name = path__intern(path, insn->name, strlen(insn->name)),
		.source = path->now->insn_source,
	};
}

void path__push_frame(struct path *path)
{
	struct point *now = path->now;
	struct frame *caller = frame_of(path), *callee;

	if (now->depth + 1 >= MAX_DEPTH)
		return;
	now->depth++;
	callee = frame_of(path);
	memset(callee, 0, sizeof(*callee));
	memcpy(&callee->regs[1], &caller->regs[1], 5 * sizeof(caller->regs[0]));
	callee->regs[10].kind = ORIGIN_STACK;
}

static void pop_frame(struct path *path)
{
	struct origin result = frame_of(path)->regs[0];

	if (!path->now->depth)
		return;
	path->now->depth--;
	memset(frame_of(path)->regs, 0, 6 * sizeof(result));
	frame_of(path)->regs[0] = result;
}

void path__execute(struct path *path)
{
	const struct insn *insn = &path->now->insn;
	struct frame *frame = frame_of(path);
	struct origin *slot;

	frame->regs[10].kind = ORIGIN_STACK;
	switch (insn->kind) {
	case INSN_MOVE:
		frame->regs[insn->dst] = frame->regs[insn->src];
		break;
	case INSN_SET:
		frame->regs[insn->dst] = (struct origin){ .kind = ORIGIN_CONST,
							  .source = path->now->insn_source };
		break;
	case INSN_ALU:
		compute(path, insn);
		break;
	case INSN_LOAD:
		frame->regs[insn->dst] = load(path, insn);
		break;
	case INSN_STORE:
		slot = slot_of(frame, insn->dst, insn->off);
		if (slot)
			*slot = insn->src < 0 ? (struct origin){} : frame->regs[insn->src];
		break;
	case INSN_FETCH:
		fetch(path, insn);
		break;
	case INSN_CALL:
		call(path, insn);
		break;
	case INSN_SUBPROG:
		path__push_frame(path);
		break;
	case INSN_EXIT:
		pop_frame(path);
		break;
	case INSN_JUMP:		/* add_outcome() */
	case INSN_OTHER:
		break;
	}
}
