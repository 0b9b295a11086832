// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/*
 * Follows the path that the verifier walked.
 *
 * A log of level 1 has one path, one of level 2 all: "from 12 to 15" goes back
 * to what was known at the branch in 12, which was kept then.
 */

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "path.h"

/* Of a function of which no instruction has been seen. */
#define ENTRY_IS_NEXT	UINT32_MAX

static size_t size_of_point(int depth)
{
	return sizeof(struct point) + (depth + 1) * sizeof(struct frame);
}

unsigned int path__intern(struct path *path, const char *name, size_t len)
{
	for (size_t i = 0; i < path->n_names; i++)
		if (!strncmp(path->names[i], name, len) && !path->names[i][len])
			return i;
	if (path->n_names == MAX_NAMES)
		return 0;
	path->names = realloc(path->names, (path->n_names + 1) * sizeof(*path->names));
	if (!path->names)
		die("out of memory");
	path->names[path->n_names] = format("%.*s", (int)len, name);
	return path->n_names++;
}

struct path *path__new(const struct object *object)
{
	struct path *path = calloc(1, sizeof(*path));

	if (!path)
		die("out of memory");
	path->object = object;
	path->now = malloc(size_of_point(MAX_DEPTH));
	if (!path->now)
		die("out of memory");
	path__reset(path);
	return path;
}

void path__reset(struct path *path)
{
	for (size_t i = 0; i < path->n_insns; i++)
		free(path->kept[i]);
	for (size_t i = 0; i < path->n_names; i++)
		free(path->names[i]);
	for (size_t i = 0; i < path->n_sources; i++) {
		free((char *)path->sources[i].text);
		free((char *)path->sources[i].file);
	}
	free(path->kept);
	free(path->source_of);
	free(path->names);
	free(path->sources);
	*path = (struct path){
		.object = path->object,
		.now = path->now,
		.is_empty = true,
		.is_done = true,
	};
	path__intern(path, "?", 1);
	/* 0: no line yet */
	path->sources = calloc(1, sizeof(*path->sources));
	path->n_sources = 1;
	memset(path->now, 0, size_of_point(MAX_DEPTH));
	path->now->fiber = -1;
	path->now->frames[0].regs[1].kind = ORIGIN_CTX;
}

/* text @ file.c:12 */
static void add_source(struct path *path, const char *text)
{
	const char *at = strrchr(text, '@'), *colon = at ? strrchr(at, ':') : NULL;
	size_t len = strlen(text);
	struct source source = {};

	if (colon && at > text && at[-1] == ' ' && at[1] == ' ' &&
	    isdigit((unsigned char)colon[1])) {
		source.file = format("%.*s", (int)(colon - at - 2), at + 2);
		source.line = strtoul(colon + 1, NULL, 10);
		len = at - text - 1;
	}
	source.text = format("%.*s", (int)len, text);
	/* The last lines are the same again and again. */
	for (size_t i = path->n_sources, n = 0; i-- > 1 && n < 256; n++) {
		const struct source *known = &path->sources[i];

		if (known->line == source.line && !strcmp(known->text, source.text) &&
		    !strcmp(known->file ? known->file : "", source.file ? source.file : "")) {
			free((char *)source.text);
			free((char *)source.file);
			path->now->source = i;
			return;
		}
	}
	if (path->n_sources == MAX_SOURCES) {
		path->now->source = 0;
		return;
	}
	path->sources = realloc(path->sources, (path->n_sources + 1) * sizeof(*path->sources));
	if (!path->sources)
		die("out of memory");
	path->now->source = path->n_sources;
	path->sources[path->n_sources++] = source;
}

/* Registers and slots as the log shows them. */

static void set_register(struct path *path, struct frame *frame, int reg, const char *type,
			 size_t len)
{
	struct origin *origin = &frame->regs[reg];
	const char *map, *off;
	char *text;

	if (starts_with(type, "ctx")) {
		if (origin->kind != ORIGIN_CTX)
			*origin = (struct origin){
				.kind = ORIGIN_CTX,
				.source = path->now->source,
			};
		return;
	}
	if (starts_with(type, "fp")) {
		*origin = (struct origin){ .kind = ORIGIN_STACK, .off = atoi(type + 2) };
		return;
	}
	if (!starts_with(type, "map_value"))
		return;
	text = format("%.*s", (int)len, type);
	map = strstr(text, "map=");
	off = strstr(text, "off=");
	*origin = (struct origin){
		.kind = ORIGIN_VALUE,
		.source = origin->source,
		.name = origin->kind == ORIGIN_VALUE ? origin->name : 0,
		.added = origin->kind == ORIGIN_VALUE ? origin->added : 0,
	};
	if (map)
		origin->name = path__intern(path, map + 4, strcspn(map + 4, ",)"));
	if (off && (off == text || off[-1] != '_'))
		origin->off = atoi(off + 4);
	free(text);
}

static void add_state(struct path *path, const char *at)
{
	struct frame *frame = &path->now->frames[0];

	while (isblank((unsigned char)*at))
		at++;
	if (starts_with(at, "frame")) {
		unsigned long number = strtoul(at + 5, (char **)&at, 10);

		if (number >= MAX_DEPTH)
			return;
		frame = &path->now->frames[number];
	}
	while (*at) {
		const char *begin, *name = at;
		int depth = 0;

		at += strcspn(at, "= ");
		if (*at != '=') {
			at += *at == ' ';
			continue;
		}
		begin = ++at;
		while (*at && (depth || *at != ' ')) {
			depth += (*at == '(') - (*at == ')');
			at++;
		}
		if (*name == 'R' && isdigit((unsigned char)name[1])) {
			unsigned long reg = strtoul(name + 1, NULL, 10);

			if (reg < N_REGS)
				set_register(path, frame, reg, begin, at - begin);
		}
		at += *at == ' ';
	}
}

static void make_room(struct path *path, unsigned int insn)
{
	size_t n = insn + 1024;

	if (insn < path->n_insns)
		return;
	path->kept = realloc(path->kept, n * sizeof(*path->kept));
	path->source_of = realloc(path->source_of, n * sizeof(*path->source_of));
	if (!path->kept || !path->source_of)
		die("out of memory");
	memset(path->kept + path->n_insns, 0, (n - path->n_insns) * sizeof(*path->kept));
	memset(path->source_of + path->n_insns, 0, (n - path->n_insns) * sizeof(*path->source_of));
	path->n_insns = n;
}

/* A copy of what is known behind a branch, for when the verifier comes back. */
static void keep(struct path *path)
{
	struct point *now = path->now, **kept = &path->kept[now->at];
	size_t size = size_of_point(now->depth);

	if (now->insn.kind != INSN_JUMP && now->insn.kind != INSN_CALL &&
	    now->insn.kind != INSN_OTHER)
		return;
	if (!*kept && path->n_kept++ >= MAX_KEPT)
		return;
	*kept = realloc(*kept, size);
	if (!*kept)
		die("out of memory");
	memcpy(*kept, now, size);
}

/*
 * The last instruction was accepted.  Not earlier: of one that is refused the
 * registers before it are asked for.
 */
static void finish(struct path *path)
{
	if (path->is_done)
		return;
	path->is_done = true;
	path__execute(path);
	keep(path);
}

/* Which function's registers a line shows says in which one it is. */
static void set_depth(struct path *path, const char *state)
{
	struct point *now = path->now;
	unsigned long depth = 0;

	while (isblank((unsigned char)*state))
		state++;
	if (starts_with(state, "frame"))
		depth = strtoul(state + 5, NULL, 10);
	if (depth >= MAX_DEPTH)
		return;
	while (now->depth < (int)depth)
		path__push_frame(path);
	now->depth = depth;
}

/* The callback of a timer or work item begins with nothing but its arguments. */
static void begin_callback(struct path *path, const char *set, unsigned int entry)
{
	struct point *now = path->now;
	char callback[sizeof(now->callback)];

	snprintf(callback, sizeof(callback), "%s", strstr(set, "timer") ? "timer" : "wq");
	memset(now, 0, size_of_point(0));
	memcpy(now->callback, callback, sizeof(callback));
	now->entry = entry;
	now->fiber = -1;
}

/* A function that is not static is verified for itself, behind the program. */
static void begin_function(struct path *path, const char *name)
{
	struct point *now = path->now;

	finish(path);
	memset(now, 0, size_of_point(0));
	now->function = path__intern(path, name, strlen(name));
	now->entry = ENTRY_IS_NEXT;
	now->fiber = -1;
}

static void add_insn(struct path *path, const struct line *line)
{
	struct point *now = path->now;

	/* A program has a million at most; what is more is no log. */
	if (line->insn > 1u << 20)
		return;
	finish(path);
	if (!path->is_empty && now->insn.kind == INSN_JUMP)
		path__add_outcome(path, line->insn == now->at + 1 + now->insn.off);
	path->is_empty = false;
	path->is_done = false;
	now->at = line->insn;
	if (now->entry == ENTRY_IS_NEXT)
		now->entry = now->at;
	snprintf(path->text, sizeof(path->text), "%s", line->text);
	now->insn = insn__parse(path->text);
	make_room(path, now->at);
	path->source_of[now->at] = now->insn_source = now->source;
	/* Only what was accepted has its registers shown. */
	if (line->state) {
		finish(path);
		if (line->has_next && now->insn.kind == INSN_CALL && line->to != line->insn + 1 &&
		    strstr(now->insn.name, "set_callback"))
			begin_callback(path, now->insn.name, line->to);
		set_depth(path, line->state);
		add_state(path, line->state);
	}
}

static void add_from(struct path *path, const struct line *line)
{
	struct point *now = path->now, *kept;

	finish(path);
	kept = line->insn < path->n_insns ? path->kept[line->insn] : NULL;
	if (kept) {
		memcpy(now, kept, size_of_point(kept->depth));
		if (now->insn.kind == INSN_CALL && strstr(now->insn.name, "set_callback"))
			begin_callback(path, now->insn.name, line->to);
		else if (now->insn.kind == INSN_JUMP)
			path__add_outcome(path, line->to == line->insn + 1 + now->insn.off);
	}
	now->insn = (struct insn){};
	set_depth(path, line->state);
	add_state(path, line->state);
}

static void add_registers(struct path *path, const struct line *line)
{
	finish(path);
	add_state(path, line->state);
}

void path__add(struct path *path, const struct line *line)
{
	switch (line->kind) {
	case LINE_INSN:
		add_insn(path, line);
		break;
	case LINE_FROM:
		add_from(path, line);
		break;
	case LINE_STATE:
		add_registers(path, line);
		break;
	case LINE_FUNCTION:
		begin_function(path, line->text);
		break;
	case LINE_SOURCE:
		add_source(path, line->text);
		break;
	default:
		break;
	}
}

/* Answers */

bool path__is_empty(const struct path *path)
{
	return path->is_empty;
}

unsigned int path__insn(const struct path *path)
{
	return path->now->at;
}

const char *path__insn_text(const struct path *path)
{
	return path->text;
}

struct origin path__origin(const struct path *path, int reg)
{
	return reg >= 0 && reg < N_REGS ? frame_of(path)->regs[reg] : (struct origin){};
}

struct origin path__added(const struct path *path, int reg)
{
	struct origin origin = path__origin(path, reg);

	return origin.added && origin.added == path->now->n_added ? path->now->added :
								    (struct origin){};
}

bool path__has_left(const struct path *path)
{
	return path->now->has_left;
}

int path__accessed(const struct path *path)
{
	const struct insn *insn = &path->now->insn;

	if (path->is_done)
		return -1;
	if (insn->kind == INSN_LOAD)
		return insn->src;
	return insn->kind == INSN_STORE || insn->kind == INSN_FETCH ? insn->dst : -1;
}

const char *path__name(const struct path *path, unsigned int name)
{
	return path->names[name];
}

const struct source *path__source(const struct path *path, unsigned int source)
{
	return source && source < path->n_sources ? &path->sources[source] : NULL;
}

const struct source *path__present_source(const struct path *path)
{
	return path__source(path, path->now->source);
}

const struct source *path__source_of_insn(const struct path *path, unsigned int insn)
{
	return insn < path->n_insns ? path__source(path, path->source_of[insn]) : NULL;
}

const struct fiber *path__fiber(const struct path *path)
{
	return path->now->fiber < 0 ? NULL : path__fiber_of_map(path, path->now->fiber);
}

enum activation_kind path__activation(const struct path *path)
{
	return path->now->activation;
}

unsigned int path__entry(const struct path *path)
{
	return path->now->entry;
}

const char *path__function(const struct path *path)
{
	return path->now->function ? path__name(path, path->now->function) : NULL;
}

const char *path__callback(const struct path *path)
{
	return *path->now->callback ? path->now->callback : NULL;
}
