// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * typed.c - read, fill and print data that BTF describes.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fiber-test.h"

__u32 typed_skip_modifiers(const struct btf *btf, __u32 id)
{
	const struct btf_type *type = btf__type_by_id(btf, id);

	while (btf_is_mod(type) || btf_is_typedef(type)) {
		id = type->type;
		type = btf__type_by_id(btf, id);
	}
	return id;
}

static const struct btf_type *resolved(const struct btf *btf, __u32 id)
{
	return btf__type_by_id(btf, typed_skip_modifiers(btf, id));
}

/* Members of anonymous structs and unions count as the outer one's. */
bool typed_member(const struct btf *btf, __u32 *id, size_t *offset,
		  const char *name, size_t len)
{
	const struct btf_type *type = resolved(btf, *id);
	const struct btf_member *m;

	if (!btf_is_composite(type))
		return false;
	m = btf_members(type);
	for (int i = 0; i < btf_vlen(type); i++, m++) {
		const char *has = btf__name_by_offset(btf, m->name_off);
		size_t at = *offset + btf_member_bit_offset(type, i) / 8;
		__u32 inner = m->type;

		if (strlen(has) == len && !strncmp(has, name, len)) {
			*offset = at;
			*id = m->type;
			return true;
		}
		if (!*has && typed_member(btf, &inner, &at, name, len)) {
			*offset = at;
			*id = inner;
			return true;
		}
	}
	return false;
}

bool typed_element(const struct btf *btf, __u32 *id, size_t *offset, __u32 index)
{
	const struct btf_type *type = resolved(btf, *id);
	const struct btf_array *array;

	if (!btf_is_array(type))
		return false;
	array = btf_array(type);
	if (index >= array->nelems)
		return false;
	*offset += index * btf__resolve_size(btf, array->type);
	*id = array->type;
	return true;
}

static bool is_signed(const struct btf_type *type)
{
	if (btf_is_int(type))
		return btf_int_encoding(type) & BTF_INT_SIGNED;
	return btf_kflag(type);
}

bool typed_read(const struct btf *btf, __u32 id, const void *data, __s64 *number)
{
	const struct btf_type *type = resolved(btf, id);
	__u64 raw = 0;
	__u32 size;

	if (btf_is_ptr(type))
		size = 8;
	else if (btf_is_int(type) || btf_is_any_enum(type))
		size = type->size;
	else
		return false;
	if (size > sizeof(raw))
		return false;
	memcpy(&raw, data, size);
	if (size < 8 && !btf_is_ptr(type) && is_signed(type) &&
	    raw >> (size * 8 - 1))
		raw |= ~0ULL << (size * 8);
	*number = raw;
	return true;
}

const char *typed_enumerator(const struct btf *btf, __u32 id, __s64 number)
{
	const struct btf_type *type = resolved(btf, id);

	if (btf_is_enum(type)) {
		const struct btf_enum *e = btf_enum(type);

		for (int i = 0; i < btf_vlen(type); i++, e++)
			if ((__u32)e->val == (__u32)number)
				return btf__name_by_offset(btf, e->name_off);
	} else if (btf_is_enum64(type)) {
		const struct btf_enum64 *e = btf_enum64(type);

		for (int i = 0; i < btf_vlen(type); i++, e++)
			if (btf_enum64_value(e) == (__u64)number)
				return btf__name_by_offset(btf, e->name_off);
	}
	return NULL;
}

/*
 * One scalar of a list: an IPv4 address as it is in packets, be16:N or be32:N
 * for the same with a number, or whatever number_parse() understands.
 */
static bool fill_scalar(struct test *t, void *data, size_t size, const char **cursor)
{
	unsigned int a, b, c, d;
	int used = 0;
	__s64 number;

	if (sscanf(*cursor, "%u.%u.%u.%u%n", &a, &b, &c, &d, &used) == 4 && used) {
		__u8 bytes[4] = { a, b, c, d };

		if (size != sizeof(bytes))
			return false;
		memcpy(data, bytes, size);
		*cursor += used;
		return true;
	}
	/* What BTF describes that is no scalar. */
	if (size > sizeof(number))
		return false;
	if (!strncmp(*cursor, "be16:", 5) || !strncmp(*cursor, "be32:", 5)) {
		*cursor += 5;
		if (!number_parse(t, cursor, &number))
			return false;
		number = size == 2 ? htons(number) : htonl(number);
	} else if (!number_parse(t, cursor, &number)) {
		return false;
	}
	memcpy(data, &number, size);
	return true;
}

/*
 * Fill scalars in the order in which they stand in memory from a list with
 * commas; what the list does not reach stays as it is.
 */
static bool fill(struct test *t, __u32 id, void *data, const char **cursor, bool *first)
{
	const struct btf_type *type = resolved(t->btf, id);

	if (btf_is_composite(type)) {
		const struct btf_member *m = btf_members(type);

		for (int i = 0; i < btf_vlen(type); i++, m++)
			if (!fill(t, m->type, data + btf_member_bit_offset(type, i) / 8,
				  cursor, first))
				return false;
		return true;
	}
	if (btf_is_array(type)) {
		const struct btf_array *array = btf_array(type);
		size_t size = btf__resolve_size(t->btf, array->type);

		for (__u32 i = 0; i < array->nelems; i++)
			if (!fill(t, array->type, data + i * size, cursor, first))
				return false;
		return true;
	}
	if (!*first) {
		if (**cursor != ',')
			return true;
		++*cursor;
	}
	*first = false;
	return fill_scalar(t, data, btf__resolve_size(t->btf, id), cursor);
}

bool typed_fill(struct test *t, __u32 id, void *data, const char **cursor)
{
	bool first = true;

	return fill(t, id, data, cursor, &first);
}

static void print(void *ctx, const char *fmt, va_list ap)
{
	(void)ctx;
	vfprintf(stderr, fmt, ap);
}

void typed_print(const struct btf *btf, __u32 id, const void *data, size_t size)
{
	LIBBPF_OPTS(btf_dump_type_data_opts, opts, .compact = true, .emit_zeroes = true);
	struct btf_dump *dump = btf_dump__new(btf, print, NULL, NULL);

	if (!dump)
		return;
	btf_dump__dump_type_data(dump, id, data, size, &opts);
	btf_dump__free(dump);
}
