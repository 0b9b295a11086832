// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/*
 * Prints a failure as a compiler would: where, what, and notes on why the
 * verifier sees it so and what to do.
 */

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "explain.h"

struct place {
	const char *file;	/* NULL: not known */
	unsigned int line, column;
	const char *text;	/* as the log has it, without its indentation */
};

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/*
 * The log names the file without its folder, and no column; the object has
 * both.
 */
static struct place place_of(const struct failure *failure, const struct source *source,
			     const struct line_info *exact)
{
	struct place place = {};

	if (source) {
		place.file = source->file;
		place.line = source->line;
		place.text = source->text;
	}
	if (exact && source && source->file &&
	    (exact->line != source->line ||
	     strcmp(base_name(exact->file), base_name(source->file))))
		exact = NULL;	/* another object, or what libbpf put behind the program */
	if (!exact && source)
		exact = object__line(failure->object, source->file, source->line);
	if (place.file)
		place.file = object__file(failure->object, place.file);
	if (exact) {
		place.file = exact->file;
		place.line = exact->line;
		place.column = exact->column;
		if (!place.text)
			place.text = exact->text;
	}
	return place;
}

static struct place place_of_insn(const struct failure *failure, unsigned int insn)
{
	const struct fiber *fiber = path__fiber(failure->path);
	const char *callback = path__callback(failure->path);
	const char *function = path__function(failure->path);
	unsigned int entry = path__entry(failure->path);
	const struct line_info *exact = NULL;

	if (function && insn >= entry) {
		exact = object__line_of_insn(failure->object, function, insn - entry);
	} else if (!callback && !function) {
		exact = object__line_of_insn(failure->object, failure->program, insn);
	} else if (fiber && insn >= entry) {
		char *name = format("%s__%s_callback", fiber->name, callback);

		exact = object__line_of_insn(failure->object, name, insn - entry);
		free(name);
	}
	return place_of(failure, path__source_of_insn(failure->path, insn), exact);
}

/* Where the path ended, or what the message names. */
static unsigned int failing_insn(const struct failure *failure, const char *message)
{
	const char *at = strstr(message, "at insn ");

	return at ? strtoul(at + strlen("at insn "), NULL, 10) : path__insn(failure->path);
}

/* Line @number of @path; NULL. */
static char *read_line(const char *path, unsigned int number)
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t size = 0;
	ssize_t len = -1;

	if (!file)
		return NULL;
	while (number-- && (len = getline(&line, &size, file)) >= 0)
		;
	fclose(file);
	if (len < 0) {
		free(line);
		return NULL;
	}
	line[strcspn(line, "\r\n")] = '\0';
	return line;
}

static const char *skip_blanks(const char *text)
{
	return text + strspn(text, " \t");
}

static void print_caret(const struct place *place)
{
	char *line = place->file ? read_line(place->file, place->line) : NULL;
	unsigned int column = place->column;
	const char *text;

	/* Has the file changed since? */
	text = place->text ? skip_blanks(place->text) : "";
	if (line && strncmp(skip_blanks(line), text, strlen(text))) {
		free(line);
		line = NULL;
	}
	if (!line) {
		if (*text && place->line)
			printf("%5u | %s\n", place->line, text);
		else if (*text)
			printf("      | %s\n", text);
		return;
	}
	printf("%5u | %s\n", place->line, line);
	if (!column)
		column = skip_blanks(line) - line + 1;
	printf("      | ");
	for (unsigned int i = 0; i + 1 < column && line[i]; i++)
		putchar(line[i] == '\t' ? '\t' : ' ');
	puts("^");
	free(line);
}

static void print_place(const struct place *place, const char *instead)
{
	if (!place->file)
		printf("%s: ", instead);
	else if (place->column)
		printf("%s:%u:%u: ", place->file, place->line, place->column);
	else
		printf("%s:%u: ", place->file, place->line);
}

static const char *subject(const struct failure *failure)
{
	return failure->object_path ? failure->object_path : "bpf-fiberc";
}

static void note(const struct failure *failure, const struct place *place, const char *text)
{
	print_place(place, subject(failure));
	printf("note: %s\n", text);
}

static const char *left(const struct failure *failure)
{
	return path__has_left(failure->path) ? ", and has suspended again or ended since" : "";
}

/* "L20_next_packet": line 20. */
static void note_await(const struct failure *failure, const struct fiber *fiber,
		       const struct state *state)
{
	const struct source *present = path__present_source(failure->path);
	struct source at = {
		.file = present ? present->file : NULL,
		.line = state->name[0] == 'L' ? strtoul(state->name + 1, NULL, 10) : 0,
	};
	struct place place;
	char *text;

	/* What it is inlined into has the line; the innermost await is the last. */
	for (const char *next = state->name; (next = strstr(next, "__L")); next += 3)
		if (isdigit((unsigned char)next[3]))
			at.line = strtoul(next + 3, NULL, 10);
	place = at.file && at.line ? place_of(failure, &at, NULL) : (struct place){};
	text = format("fiber '%s' was resumed from its co_await in state %s%s", fiber->name,
		      state->name, left(failure));
	note(failure, &place, text);
	if (place.file)
		print_caret(&place);
	free(text);
}

#define MAX_STATES	8

static void note_activation(const struct failure *failure)
{
	const struct fiber *fiber = path__fiber(failure->path);
	const struct state *states[MAX_STATES];
	const char *callback = path__callback(failure->path);
	const char *function = path__function(failure->path);
	struct place nowhere = {};
	char *text;
	size_t n;

	if (function) {
		text = format("this is in function '%s', which is not static: it is verified for "
			      "itself, with any arguments", function);
		note(failure, &nowhere, text);
		free(text);
	}
	if (callback) {
		const char *what = strcmp(callback, "timer") ? "work item" : "timer";

		text = fiber ? format("this is run by the %s of fiber '%s'", what, fiber->name) :
			       format("this is run by a %s", what);
		note(failure, &nowhere, text);
		free(text);
	}
	if (!fiber || path__activation(failure->path) == ACTIVATION_NONE)
		return;
	if (path__activation(failure->path) == ACTIVATION_STARTED) {
		text = format("fiber '%s' was started by this program%s", fiber->name,
			      path__has_left(failure->path) ? ", and has suspended or ended since" :
			      " and has not suspended yet");
		note(failure, &nowhere, text);
		free(text);
		return;
	}
	n = path__states(failure->path, states, MAX_STATES);
	if (n == 1) {
		note_await(failure, fiber, states[0]);
		return;
	}
	text = format("fiber '%s' was resumed%s%s", fiber->name, left(failure),
		      n && n <= MAX_STATES ? " from one of" : "");
	for (size_t i = 0; i < n && n <= MAX_STATES; i++) {
		char *longer = format("%s%s %s", text, i ? "," : "", states[i]->name);

		free(text);
		text = longer;
	}
	note(failure, &nowhere, text);
	free(text);
}

/* Global variables are maps too. */
static bool is_global(const char *map)
{
	return strstr(map, ".bss") || strstr(map, ".data") || strstr(map, ".rodata");
}

/* Goes on behind "R1 ". */
static char *describe_loaded(const struct failure *failure, const struct origin *origin)
{
	const char *map = path__name(failure->path, origin->name);
	const struct fiber *fiber = object__fiber_of_map(failure->object, map);
	const struct member *member;

	if (!fiber && !origin->name)
		fiber = path__fiber(failure->path);
	member = fiber__member(fiber, origin->off);
	if (fiber && member)
		return format("%s '%s', kept across a co_await in the frame of fiber '%s' (struct "
			      "%s_frame, offset %d)",
			      origin->is_computed ? "was computed from" : "is", member->name,
			      fiber->name, fiber->name, origin->off);
	return format("was %sloaded from a %s%s%s offset %d",
		      origin->is_computed ? "computed from what was " : "",
		      is_global(map) ? "global variable (" : "value of map '", map,
		      is_global(map) ? ")," : "',", origin->off);
}

static bool is_of_frame(const struct failure *failure, const struct origin *origin)
{
	return origin->kind == ORIGIN_LOADED &&
	       (!origin->name || object__fiber_of_map(failure->object,
						      path__name(failure->path, origin->name)));
}

static char *describe(const struct failure *failure, const struct origin *origin)
{
	const char *computed = origin->is_computed ? "was computed from" : "is";
	const char *name = path__name(failure->path, origin->name);

	switch (origin->kind) {
	case ORIGIN_LOADED:
		return describe_loaded(failure, origin);
	case ORIGIN_CTX:
		return format("%s the context", computed);
	case ORIGIN_CTX_FIELD:
		return format("%s what was loaded from the context, offset %d", computed,
			      origin->off);
	case ORIGIN_CALL:
		return format("%s what %s() returned", computed, name);
	case ORIGIN_VALUE:
		if (is_global(name))
			return format("points to a global variable (%s, offset %d)", name,
				      origin->off);
		/* Kernels before 6.4 do not say which. */
		return origin->name ? format("points to a value of map '%s', offset %d", name,
					     origin->off) :
				      format("points to a value of a map, offset %d", origin->off);
	case ORIGIN_STACK:
		return format("is the address of a local");
	case ORIGIN_CONST:
		return format("%s a constant", computed);
	default:
		return NULL;
	}
}

/* "R1 invalid mem access": the register; otherwise that of the access. */
static int register_of(const struct failure *failure, const char *message)
{
	for (const char *at = message; (at = strchr(at, 'R')); at++)
		if (isdigit((unsigned char)at[1]) && (at == message || at[-1] == ' ')) {
			unsigned long reg = strtoul(at + 1, NULL, 10);

			return reg <= 10 ? (int)reg : -1;
		}
	return path__accessed(failure->path);
}

static void note_register(const struct failure *failure, const struct origin *origin,
			  const char *who, int reg)
{
	char *what = describe(failure, origin), *text;
	struct place place = {};
	const struct source *source = path__source(failure->path, origin->source);

	if (!what)
		return;
	if (source)
		place = place_of(failure, source, NULL);
	text = format("%sR%d %s", who, reg, what);
	note(failure, &place, text);
	if (source && source != path__present_source(failure->path))
		print_caret(&place);
	free(text);
	free(what);
}

/* Unreleased reference id=3 alloc_insn=21 */
static void note_acquired(const struct failure *failure, const char *message)
{
	const char *at = strstr(message, "alloc_insn=");
	const struct source *source;
	struct place place;

	if (!at)
		return;
	source = path__source_of_insn(failure->path, strtoul(at + strlen("alloc_insn="), NULL, 10));
	if (!source)
		return;
	place = place_of(failure, source, NULL);
	note(failure, &place, "the reference was acquired here");
	print_caret(&place);
}

/* The message that is best known, for several may describe one failure. */
static const struct message *find_message(const struct failure *failure, const char **text)
{
	for (size_t i = 0; i < failure->n_messages; i++) {
		const struct message *message = message__find(failure->messages[i]);

		if (message) {
			*text = failure->messages[i];
			return message;
		}
	}
	*text = failure->n_messages ? failure->messages[0] : "";
	return NULL;
}

static void note_verifier(const struct failure *failure, const struct message *message)
{
	struct place nowhere = {};
	char *text;

	for (size_t i = 0; i < failure->n_messages; i++) {
		bool is_known = message && message == message__find(failure->messages[i]);

		text = format("the verifier says%s%s%s: %s", is_known ? " (" : "",
			      is_known ? message->function : "", is_known ? "())" : "",
			      failure->messages[i]);
		note(failure, &nowhere, text);
		free(text);
	}
	if (path__is_empty(failure->path))
		return;
	text = format("the last instruction was %u: %s", path__insn(failure->path),
		      path__insn_text(failure->path));
	note(failure, &nowhere, text);
	free(text);
}

void report(const struct failure *failure)
{
	const char *text, *remedy;
	const struct message *message = find_message(failure, &text);
	struct place place = place_of_insn(failure, failing_insn(failure, text)), nowhere = {};
	int reg = register_of(failure, text);
	struct origin origin = path__origin(failure->path, reg);
	struct origin added = path__added(failure->path, reg);

	print_place(&place, subject(failure));
	printf("error: %s%s%s", failure->program ? "program '" : "",
	       failure->program ? failure->program : "", failure->program ? "': " : "");
	puts(message ? message->meaning : text);
	print_caret(&place);
	note_activation(failure);
	if (reg >= 0)
		note_register(failure, &origin, "", reg);
	if (reg >= 0 && added.kind)
		note_register(failure, &added, "the number that was added to ", reg);
	note_acquired(failure, text);
	note_verifier(failure, message);
	remedy = !message ? "this message is not known here" : message->remedy;
	if (message && message->remedy_for_frames &&
	    (is_of_frame(failure, &origin) || is_of_frame(failure, &added)))
		remedy = message->remedy_for_frames;
	note(failure, &nowhere, remedy);
}
