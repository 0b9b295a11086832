// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * expr.c - names and comparisons of scripts.
 *
 *	comparison:	sum OP sum | sum OP enumerator pattern
 *	sum:		term { (+|-) term }
 *	term:		number | constant | $event | #map | absent
 *			| variable path | map[key] path
 *			| map.value_size | program.verified_insns
 *			| program.xlated_insns
 *	path:		{ .member | [index] }
 *
 * map[*] path is the sum over all elements.
 *	OP:		== != < <= > >=
 */
#include <ctype.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "fiber-test.h"

static const struct {
	const char *name;
	__s64 number;
} constants[] = {
	{ "XDP_ABORTED", 0 }, { "XDP_DROP", 1 }, { "XDP_PASS", 2 },
	{ "XDP_TX", 3 }, { "XDP_REDIRECT", 4 },
	{ "TC_ACT_UNSPEC", -1 }, { "TC_ACT_OK", 0 }, { "TC_ACT_SHOT", 2 },
	{ "TC_ACT_STOLEN", 4 }, { "TC_ACT_REDIRECT", 7 },
};

static void skip_space(const char **cursor)
{
	while (isspace((unsigned char)**cursor))
		++*cursor;
}

static size_t name_len(const char *s)
{
	size_t len = 0;

	while (isalnum((unsigned char)s[len]) || s[len] == '_')
		len++;
	return len;
}

static bool find_constant(const char *name, size_t len, __s64 *number)
{
	for (size_t i = 0; i < ARRAY_SIZE(constants); i++) {
		if (strlen(constants[i].name) == len &&
		    !strncmp(constants[i].name, name, len)) {
			*number = constants[i].number;
			return true;
		}
	}
	return false;
}

/* A plain number, a constant, or the token of an event. */
bool number_parse(struct test *t, const char **cursor, __s64 *number)
{
	const char *s = *cursor;
	size_t len;
	char *end;

	if (isdigit((unsigned char)*s) || *s == '-') {
		*number = *s == '-' ? strtoll(s, &end, 0) : (__s64)strtoull(s, &end, 0);
		*cursor = end;
		return end != s;
	}
	if (*s == '$') {
		len = name_len(++s);
		/* Of several with one name the newest. */
		for (unsigned int i = t->nr_events; i--; ) {
			if (strlen(t->events[i].name) != len ||
			    strncmp(t->events[i].name, s, len))
				continue;
			*number = t->events[i].token;
			*cursor = s + len;
			return true;
		}
		return false;
	}
	len = name_len(s);
	if (!len || !find_constant(s, len, number))
		return false;
	*cursor = s + len;
	return true;
}

/*
 * The memory of a section of global variables.  Before the load libbpf has it;
 * afterwards it is the map's own, so that programs running meanwhile lose no
 * update to one made here.
 */
static void *section_data(struct test *t, struct bpf_map *map)
{
	static struct { struct bpf_map *map; void *data; } mapped[8];
	size_t size, i;
	void *data;

	if (!t->loaded)
		return (void *)bpf_map__initial_value(map, &size);
	for (i = 0; i < ARRAY_SIZE(mapped) && mapped[i].map; i++)
		if (mapped[i].map == map)
			return mapped[i].data;
	if (i == ARRAY_SIZE(mapped))
		return NULL;
	size = bpf_map__value_size(map);
	data = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, bpf_map__fd(map), 0);
	if (data == MAP_FAILED)	/* .rodata is frozen */
		data = mmap(NULL, size, PROT_READ, MAP_SHARED, bpf_map__fd(map), 0);
	if (data == MAP_FAILED)
		return NULL;
	mapped[i].map = map;
	mapped[i].data = data;
	return data;
}

static bool find_variable(struct test *t, const char *name, struct place *place)
{
	const struct btf *btf = t->btf;

	for (__u32 id = 1; id < btf__type_cnt(btf); id++) {
		const struct btf_type *sec = btf__type_by_id(btf, id);
		const struct btf_var_secinfo *v;
		struct bpf_map *map;
		const char *sec_name;
		void *data;

		if (!btf_is_datasec(sec))
			continue;
		sec_name = btf__name_by_offset(btf, sec->name_off);
		v = btf_var_secinfos(sec);
		for (int i = 0; i < btf_vlen(sec); i++, v++) {
			const struct btf_type *var = btf__type_by_id(btf, v->type);

			if (strcmp(btf__name_by_offset(btf, var->name_off), name))
				continue;
			map = bpf_object__find_map_by_name(t->obj, sec_name);
			data = map ? section_data(t, map) : NULL;
			if (!data)
				continue;
			place->data = data + v->offset;
			place->type = var->type;
			place->frozen = t->loaded && !strncmp(sec_name, ".rodata", 7);
			return true;
		}
	}
	return false;
}

/* libbpf forgets the types of a map of maps: its key is a number. */
static bool parse_key(struct test *t, struct bpf_map *map, void *key, const char **cursor)
{
	__u32 type = bpf_map__btf_key_type_id(map), number;
	char *end;

	if (type)
		return typed_fill(t, type, key, cursor);
	number = strtoul(*cursor, &end, 0);
	if (end == *cursor || bpf_map__key_size(map) != sizeof(number))
		return false;
	memcpy(key, &number, sizeof(number));
	*cursor = end;
	return true;
}

static bool parse_element(struct test *t, struct bpf_map *map, const char **cursor,
			  struct place *place)
{
	static __u8 value[MAX_VALUE];

	place->map = map;
	place->type = bpf_map__btf_value_type_id(map);
	place->data = value;
	if (**cursor != '[' || bpf_map__key_size(map) > MAX_KEY ||
	    bpf_map__value_size(map) > MAX_VALUE)
		return false;
	++*cursor;
	memset(place->key, 0, sizeof(place->key));
	if (!parse_key(t, map, place->key, cursor) || **cursor != ']')
		return false;
	++*cursor;
	memset(value, 0, bpf_map__value_size(map));
	place->absent = bpf_map__lookup_elem(map, place->key, bpf_map__key_size(map),
					     value, bpf_map__value_size(map), 0);
	return true;
}

static bool parse_path(struct test *t, const char **cursor, struct place *place)
{
	size_t offset = 0;

	for (;;) {
		if (**cursor == '.') {
			size_t len = name_len(++*cursor);

			if (!len || !typed_member(t->btf, &place->type, &offset, *cursor, len))
				return false;
			*cursor += len;
		} else if (**cursor == '[') {
			char *end;
			__u32 index = strtoul(*cursor + 1, &end, 0);

			if (*end != ']' ||
			    !typed_element(t->btf, &place->type, &offset, index))
				return false;
			*cursor = end + 1;
		} else {
			break;
		}
	}
	place->data += offset;
	return true;
}

/* A variable or map element with its path, for reading and for writing. */
bool place_parse(struct test *t, const char **cursor, struct place *place)
{
	size_t len = name_len(*cursor);
	struct bpf_map *map;
	char name[128];

	memset(place, 0, sizeof(*place));
	if (!len || len >= sizeof(name))
		return false;
	memcpy(name, *cursor, len);
	name[len] = '\0';
	map = bpf_object__find_map_by_name(t->obj, name);
	if (map) {
		*cursor += len;
		return parse_element(t, map, cursor, place) && parse_path(t, cursor, place);
	}
	if (find_variable(t, name, place)) {
		*cursor += len;
		return parse_path(t, cursor, place);
	}
	return false;
}

static bool count_elements(struct test *t, const char **cursor, __s64 *number)
{
	size_t len = name_len(++*cursor);
	struct bpf_map *map;
	void *last = NULL;
	__u8 key[MAX_KEY];
	char name[128];

	if (!len || len >= sizeof(name))
		return false;
	memcpy(name, *cursor, len);
	name[len] = '\0';
	*cursor += len;
	map = bpf_object__find_map_by_name(t->obj, name);
	if (!map || bpf_map__key_size(map) > MAX_KEY)
		return false;
	*number = 0;
	while (!bpf_map__get_next_key(map, last, key, bpf_map__key_size(map))) {
		++*number;
		last = key;
	}
	return true;
}

static bool value_size(struct test *t, const char **cursor, __s64 *number)
{
	static const char suffix[] = ".value_size";
	size_t len = name_len(*cursor);
	struct bpf_map *map;
	char name[128];

	if (!len || len >= sizeof(name) || strncmp(*cursor + len, suffix, strlen(suffix)))
		return false;
	memcpy(name, *cursor, len);
	name[len] = '\0';
	map = bpf_object__find_map_by_name(t->obj, name);
	if (!map)
		return false;
	*number = bpf_map__value_size(map);
	*cursor += len + strlen(suffix);
	return true;
}

static bool program_number(struct test *t, const char **cursor, __s64 *number)
{
	static const char verified[] = ".verified_insns", xlated[] = ".xlated_insns";
	struct bpf_prog_info info = {};
	__u32 size = sizeof(info);
	struct bpf_program *prog;
	size_t len = name_len(*cursor);
	char name[128];

	if (!len || len >= sizeof(name))
		return false;
	memcpy(name, *cursor, len);
	name[len] = '\0';
	prog = bpf_object__find_program_by_name(t->obj, name);
	if (!prog || bpf_obj_get_info_by_fd(bpf_program__fd(prog), &info, &size))
		return false;
	if (!strncmp(*cursor + len, verified, strlen(verified))) {
		*number = info.verified_insns;
		*cursor += len + strlen(verified);
	} else if (!strncmp(*cursor + len, xlated, strlen(xlated))) {
		*number = info.xlated_prog_len / 8;
		*cursor += len + strlen(xlated);
	} else {
		return false;
	}
	return true;
}

static bool sum_of_elements(struct test *t, const char **cursor, __s64 *sum)
{
	static __u8 value[MAX_VALUE];
	size_t len = name_len(*cursor);
	struct place place = { .data = value };
	struct bpf_map *map;
	void *last = NULL;
	char name[128];
	__s64 number;

	if (!len || len >= sizeof(name) || strncmp(*cursor + len, "[*]", 3))
		return false;
	memcpy(name, *cursor, len);
	name[len] = '\0';
	map = bpf_object__find_map_by_name(t->obj, name);
	if (!map || bpf_map__key_size(map) > MAX_KEY || bpf_map__value_size(map) > MAX_VALUE)
		return false;
	*cursor += len + 3;
	place.type = bpf_map__btf_value_type_id(map);
	if (!parse_path(t, cursor, &place))
		return false;
	*sum = 0;
	while (!bpf_map__get_next_key(map, last, place.key, bpf_map__key_size(map))) {
		last = place.key;
		if (bpf_map__lookup_elem(map, place.key, bpf_map__key_size(map), value,
					 bpf_map__value_size(map), 0))
			continue;
		if (!typed_read(t->btf, place.type, place.data, &number))
			return false;
		*sum += number;
	}
	return true;
}

static bool parse_term(struct test *t, const char **cursor, struct value *value)
{
	struct place place;

	memset(value, 0, sizeof(*value));
	skip_space(cursor);
	if (**cursor == '#')
		return count_elements(t, cursor, &value->number);
	if (name_len(*cursor) == 6 && !strncmp(*cursor, "absent", 6)) {
		*cursor += 6;
		value->absent = true;
		return true;
	}
	if (number_parse(t, cursor, &value->number) ||
	    value_size(t, cursor, &value->number) ||
	    sum_of_elements(t, cursor, &value->number) ||
	    program_number(t, cursor, &value->number))
		return true;
	if (!place_parse(t, cursor, &place))
		return false;
	value->map = place.map;
	memcpy(value->key, place.key, sizeof(value->key));
	value->type = place.type;
	value->absent = place.absent;
	/* Of an element as a whole only its presence can be asked. */
	if (!typed_read(t->btf, place.type, place.data, &value->number))
		return place.map != NULL;
	return true;
}

static bool parse_sum(struct test *t, const char **cursor, struct value *value)
{
	struct value term;
	char sign;

	if (!parse_term(t, cursor, value))
		return false;
	for (;;) {
		skip_space(cursor);
		sign = **cursor;
		if (sign != '+' && sign != '-')
			return true;
		++*cursor;
		if (!parse_term(t, cursor, &term))
			return false;
		value->number += sign == '+' ? term.number : -term.number;
		value->absent |= term.absent;
		value->type = 0;
	}
}

bool sum_evaluate(struct test *t, const char *text, __s64 *number)
{
	struct value value;

	if (!parse_sum(t, &text, &value) || value.absent)
		return false;
	skip_space(&text);
	*number = value.number;
	return !*text;
}

static const char *parse_operator(const char **cursor)
{
	static const char * const operators[] = { "==", "!=", "<=", ">=", "<", ">" };

	skip_space(cursor);
	for (size_t i = 0; i < ARRAY_SIZE(operators); i++) {
		if (!strncmp(*cursor, operators[i], strlen(operators[i]))) {
			*cursor += strlen(operators[i]);
			return operators[i];
		}
	}
	return NULL;
}

static bool holds(const char *op, const struct value *left, const struct value *right)
{
	__s64 a = left->number, b = right->number;

	if (left->absent || right->absent)
		return (left->absent == right->absent) == !strcmp(op, "==");
	if (!strcmp(op, "=="))
		return a == b;
	if (!strcmp(op, "!="))
		return a != b;
	if (!strcmp(op, "<="))
		return a <= b;
	if (!strcmp(op, ">="))
		return a >= b;
	return *op == '<' ? a < b : a > b;
}

static void report_value(struct test *t, const struct value *value)
{
	static __u8 data[MAX_VALUE];
	const char *name = NULL;

	if (value->absent) {
		fail(t, "it is absent");
		return;
	}
	if (value->type)
		name = typed_enumerator(t->btf, value->type, value->number);
	if (name)
		fail(t, "it is %s", name);
	else
		fail(t, "it is %lld", (long long)value->number);
	if (!value->map ||
	    bpf_map__lookup_elem(value->map, value->key, bpf_map__key_size(value->map),
				 data, bpf_map__value_size(value->map), 0))
		return;
	fputs("\telement: ", stderr);
	typed_print(t->btf, bpf_map__btf_value_type_id(value->map), data,
		    bpf_map__value_size(value->map));
	fputc('\n', stderr);
}

static enum verdict eval_right(struct test *t, const struct value *left,
			       const char *cursor, bool report)
{
	const char *op = parse_operator(&cursor);
	struct value right;
	const char *name, *rest;
	bool ok;

	if (!op)
		return VERDICT_ERROR;
	skip_space(&cursor);
	name = left->type && !left->absent ?
		typed_enumerator(t->btf, left->type, left->number) : NULL;
	rest = cursor;
	if (parse_sum(t, &rest, &right)) {
		skip_space(&rest);
		if (*rest)
			return VERDICT_ERROR;
		ok = holds(op, left, &right);
	} else if (left->type || left->absent) {
		/* Line numbers in names of states move: patterns are allowed. */
		ok = (name && !fnmatch(cursor, name, 0)) == !strcmp(op, "==");
	} else {
		return VERDICT_ERROR;
	}
	if (!ok && report)
		report_value(t, left);
	return ok ? VERDICT_TRUE : VERDICT_FALSE;
}

/* Compare what stands left of the operator with what stands right of it. */
enum verdict comparison_eval(struct test *t, const char *text, bool report)
{
	struct value left;

	if (!parse_sum(t, &text, &left))
		return VERDICT_ERROR;
	return eval_right(t, &left, text, report);
}

/* The same for "OP sum" with a given left side. */
enum verdict comparison_eval_value(struct test *t, __s64 left, const char *text)
{
	struct value value = { .number = left };

	return eval_right(t, &value, text, true);
}
