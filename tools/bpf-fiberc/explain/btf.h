/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Reading an object file for BPF and the types in it. */
#ifndef BPF_FIBERC_EXPLAIN_BTF_H
#define BPF_FIBERC_EXPLAIN_BTF_H

#include <linux/bpf.h>
#include <linux/btf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../driver.h"

/* A piece of the file. */
struct bytes {
	const uint8_t *at;
	size_t len;
};

struct reader {
	struct bytes file;
	bool swap;
	struct bytes strings;
	struct bytes types;	/* of BTF */
	const uint8_t **by_id;	/* where each type is */
	size_t n_types;
};

/* A new last element of an array of n, all zero. */
#define GROW(array, n)								\
({										\
	if (!((n) & ((n) + 1)) || !(n)) {					\
		(array) = realloc(array, (2 * (n) + 2) * sizeof(*(array)));	\
		if (!(array))							\
			die("out of memory");					\
	}									\
	memset(&(array)[n], 0, sizeof(*(array)));				\
	&(array)[(n)++];							\
})

/* struct btf_type by its words: name_off, info, size or type, then what follows. */
enum { TYPE_NAME, TYPE_INFO, TYPE_SIZE, TYPE_WORDS };
#define TYPE_BYTES	((size_t)4 * TYPE_WORDS)

/* NULL, or why the file cannot be used. */
const char *reader__open(struct reader *r, const char *path);
/* Empty where there is none. */
struct bytes reader__section(const struct reader *r, const char *name);
bool reader__read_types(struct reader *r);

uint32_t get16(const struct reader *r, const uint8_t *at);
uint32_t get32(const struct reader *r, const uint8_t *at);
/* Empty where it is not in @all. */
struct bytes part(struct bytes all, uint64_t off, uint64_t len);
const char *string_at(struct bytes strings, uint32_t off);

/* A type is where it begins; NULL is of no kind. */
const uint8_t *type_by_id(const struct reader *r, uint32_t id);
uint32_t word(const struct reader *r, const uint8_t *type, unsigned int n);
unsigned int kind_of(const struct reader *r, const uint8_t *type);
unsigned int vlen_of(const struct reader *r, const uint8_t *type);
const char *name_of(const struct reader *r, const uint8_t *type);
/* Through typedefs and qualifiers. */
uint32_t resolve(const struct reader *r, uint32_t id);
unsigned int size_of(const struct reader *r, uint32_t id);

#endif
