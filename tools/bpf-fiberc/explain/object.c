// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/* What the BTF of an object file says of its fibers, functions and lines. */

#include "btf.h"
#include "explain.h"

struct context {
	struct reader reader;
	struct object *object;
};

/* The n'th member: name, type, offset in bits. */
static const uint8_t *member_of(const uint8_t *type, unsigned int n)
{
	return type + TYPE_BYTES + (size_t)12 * n;
}

static void read_states(const struct context *c, struct fiber *fiber, const uint8_t *type)
{
	const struct reader *r = &c->reader;

	for (unsigned int i = 0; i < vlen_of(r, type); i++) {
		const uint8_t *at = type + TYPE_BYTES + (size_t)8 * i;
		struct state *state = GROW(fiber->states, fiber->n_states);

		state->name = string_at(r->strings, get32(r, at));
		state->value = get32(r, at + 4);
	}
}

/*
 * struct <fiber>_frame, the first member of which is the state of type
 * enum <fiber>_state.
 */
static void read_frame(const struct context *c, const uint8_t *type)
{
	const struct reader *r = &c->reader;
	static const char suffix[] = "_frame";
	const char *name = name_of(r, type);
	size_t len = strlen(name);
	const uint8_t *state;
	struct fiber *fiber;
	char *expected;

	if (len <= strlen(suffix) || strcmp(name + len - strlen(suffix), suffix) ||
	    !vlen_of(r, type))
		return;
	len -= strlen(suffix);
	state = type_by_id(r, resolve(r, word(r, member_of(type, 0), 1)));
	expected = format("%.*s_state", (int)len, name);
	if (kind_of(r, state) == BTF_KIND_ENUM && !strcmp(name_of(r, state), expected)) {
		fiber = GROW(c->object->fibers, c->object->n_fibers);
		fiber->name = format("%.*s", (int)len, name);
		fiber->frame_size = word(r, type, TYPE_SIZE);
		for (unsigned int i = 0; i < vlen_of(r, type); i++) {
			const uint8_t *at = member_of(type, i);
			struct member *member = GROW(fiber->members, fiber->n_members);

			member->name = string_at(r->strings, word(r, at, 0));
			member->off = (word(r, at, 2) & 0xffffff) / 8;
			member->size = size_of(r, word(r, at, 1));
		}
		read_states(c, fiber, state);
	}
	free(expected);
}

/* A variable in .maps is a struct of which the member "value" points to the type. */
static void read_map(const struct context *c, const uint8_t *variable)
{
	const struct reader *r = &c->reader;
	const uint8_t *type = type_by_id(r, resolve(r, word(r, variable, TYPE_SIZE)));
	const uint8_t *value;

	if (kind_of(r, type) != BTF_KIND_STRUCT)
		return;
	for (unsigned int i = 0; i < vlen_of(r, type); i++) {
		const uint8_t *at = member_of(type, i);

		if (strcmp(string_at(r->strings, word(r, at, 0)), "value"))
			continue;
		value = type_by_id(r, resolve(r, word(r, at, 1)));
		if (kind_of(r, value) != BTF_KIND_PTR)
			return;
		value = type_by_id(r, resolve(r, word(r, value, TYPE_SIZE)));
		for (size_t f = 0; value && f < c->object->n_fibers; f++) {
			struct fiber *fiber = &c->object->fibers[f];
			size_t len = strlen(fiber->name);
			const char *name = name_of(r, value);

			if (!strncmp(name, fiber->name, len) && !strcmp(name + len, "_frame"))
				fiber->map = name_of(r, variable);
		}
	}
}

static void read_maps(const struct context *c)
{
	const struct reader *r = &c->reader;

	for (uint32_t id = 1; id <= r->n_types; id++) {
		const uint8_t *section = type_by_id(r, id);

		if (kind_of(r, section) != BTF_KIND_DATASEC ||
		    strcmp(name_of(r, section), ".maps"))
			continue;
		for (unsigned int i = 0; i < vlen_of(r, section); i++) {
			const uint8_t *variable =
				type_by_id(r, word(r, member_of(section, i), 0));

			if (kind_of(r, variable) == BTF_KIND_VAR)
				read_map(c, variable);
		}
	}
}

/* struct btf_ext_header, which no header for user space has. */
enum { EXT_HEADER = 4, EXT_FUNCS = 8, EXT_LINES = 16, EXT_SIZE = 24 };

static void add_function(const struct context *c, const char *section, const uint8_t *record)
{
	const struct reader *r = &c->reader;
	const uint8_t *type = type_by_id(r, get32(r, record + 4));
	struct function *function;

	if (kind_of(r, type) != BTF_KIND_FUNC)
		return;
	function = GROW(c->object->functions, c->object->n_functions);
	function->name = name_of(r, type);
	function->section = section;
	function->begin = get32(r, record);
	function->end = UINT32_MAX;
	/* Records are sorted by their offset. */
	if (c->object->n_functions > 1 && !strcmp(function[-1].section, section))
		function[-1].end = function->begin;
}

static void add_line(const struct context *c, const char *section, const uint8_t *record)
{
	const struct reader *r = &c->reader;
	uint32_t place = get32(r, record + 12);
	struct line_info *line = GROW(c->object->lines, c->object->n_lines);

	line->section = section;
	line->off = get32(r, record);
	line->file = string_at(r->strings, get32(r, record + 4));
	line->text = string_at(r->strings, get32(r, record + 8));
	line->line = BPF_LINE_INFO_LINE_NUM(place);
	line->column = BPF_LINE_INFO_LINE_COL(place);
}

/* Per section: the offset of its name, the number of records, the records. */
static void read_records(const struct context *c, struct bytes all, unsigned int min,
			 void (*add)(const struct context *c, const char *section,
				     const uint8_t *record))
{
	const struct reader *r = &c->reader;
	uint32_t size = all.len >= 4 ? get32(r, all.at) : 0;
	size_t at = 4;

	while (size >= min && all.len - at >= 8) {
		const char *section = string_at(r->strings, get32(r, all.at + at));
		uint32_t n = get32(r, all.at + at + 4);

		at += 8;
		for (; n && all.len - at >= size; n--, at += size)
			add(c, section, all.at + at);
		if (n)
			return;
	}
}

static void read_ext(const struct context *c, struct bytes ext)
{
	const struct reader *r = &c->reader;
	struct bytes body;
	uint32_t len;

	if (ext.len < EXT_SIZE || get16(r, ext.at) != BTF_MAGIC)
		return;
	len = get32(r, ext.at + EXT_HEADER);
	if (len < EXT_SIZE || len > ext.len)
		return;
	body = part(ext, len, ext.len - len);
	read_records(c, part(body, get32(r, ext.at + EXT_FUNCS), get32(r, ext.at + EXT_FUNCS + 4)),
		     8, add_function);
	read_records(c, part(body, get32(r, ext.at + EXT_LINES), get32(r, ext.at + EXT_LINES + 4)),
		     16, add_line);
}

const char *object__open(struct object *object, const char *path)
{
	struct context c = { .object = object };
	const char *error = reader__open(&c.reader, path);

	if (error)
		return error;
	if (!reader__read_types(&c.reader))
		return "its BTF cannot be read; it must have been compiled with -g";
	for (uint32_t id = 1; id <= c.reader.n_types; id++)
		if (kind_of(&c.reader, type_by_id(&c.reader, id)) == BTF_KIND_STRUCT)
			read_frame(&c, type_by_id(&c.reader, id));
	read_maps(&c);
	read_ext(&c, reader__section(&c.reader, ".BTF.ext"));
	free(c.reader.by_id);
	return NULL;
}

/* The kernel keeps 15 characters of a map's name. */
const struct fiber *object__fiber_of_map(const struct object *object, const char *map)
{
	const size_t max = 15;

	for (size_t i = 0; object && i < object->n_fibers; i++) {
		const struct fiber *fiber = &object->fibers[i];

		if (fiber->map && !strncmp(fiber->map, map, max) &&
		    (strlen(map) >= max || !fiber->map[strlen(map)]))
			return fiber;
	}
	return NULL;
}

const struct function *object__function(const struct object *object, const char *name)
{
	for (size_t i = 0; object && name && i < object->n_functions; i++)
		if (!strcmp(object->functions[i].name, name))
			return &object->functions[i];
	return NULL;
}

/*
 * A program is loaded with what it calls behind it, so only what is in the
 * function itself has the same place in the section.
 */
const struct line_info *object__line_of_insn(const struct object *object, const char *name,
					     unsigned int insn)
{
	const struct function *function = object__function(object, name);
	const struct line_info *found = NULL;
	uint64_t off;

	if (!function)
		return NULL;
	off = function->begin + 8ull * insn;
	if (off >= function->end)
		return NULL;
	for (size_t i = 0; i < object->n_lines; i++) {
		const struct line_info *line = &object->lines[i];

		if (!strcmp(line->section, function->section) &&
		    line->off >= function->begin && line->off <= off)
			found = line;
	}
	return found;
}

/* The kernel tells the last part of a file's name. */
static bool is_file(const char *path, const char *name)
{
	const char *slash = strrchr(path, '/');

	return !strcmp(path, name) || (slash && !strcmp(slash + 1, name));
}

const char *object__file(const struct object *object, const char *name)
{
	for (size_t i = 0; object && i < object->n_lines; i++)
		if (is_file(object->lines[i].file, name))
			return object->lines[i].file;
	return name;
}

const struct line_info *object__line(const struct object *object, const char *file,
				     unsigned int line)
{
	for (size_t i = 0; object && file && i < object->n_lines; i++)
		if (object->lines[i].line == line && is_file(object->lines[i].file, file))
			return &object->lines[i];
	return NULL;
}

const struct member *fiber__member(const struct fiber *fiber, unsigned int off)
{
	for (size_t i = 0; fiber && i < fiber->n_members; i++)
		if (off >= fiber->members[i].off &&
		    off - fiber->members[i].off < fiber->members[i].size)
			return &fiber->members[i];
	return NULL;
}
