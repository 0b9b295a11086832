// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/*
 * Reads an object file for BPF, of either byte order, and the types in it.
 *
 * Here and not by libbpf, so that the driver needs nothing but libc.  The file
 * may be cut or be something else: nothing is read without its bounds having
 * been checked.
 */

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "btf.h"

uint32_t get32(const struct reader *r, const uint8_t *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof(value));
	return r->swap ? __builtin_bswap32(value) : value;
}

uint32_t get16(const struct reader *r, const uint8_t *at)
{
	uint16_t value;

	memcpy(&value, at, sizeof(value));
	return r->swap ? __builtin_bswap16(value) : value;
}

static uint64_t get64(const struct reader *r, const uint8_t *at)
{
	uint64_t value;

	memcpy(&value, at, sizeof(value));
	return r->swap ? __builtin_bswap64(value) : value;
}

struct bytes part(struct bytes all, uint64_t off, uint64_t len)
{
	if (off > all.len || len > all.len - off)
		return (struct bytes){};
	return (struct bytes){ all.at + off, len };
}

/* A string of @strings, which end in a 0. */
const char *string_at(struct bytes strings, uint32_t off)
{
	return off < strings.len ? (const char *)strings.at + off : "";
}

/* The sections' names are C strings too. */
static struct bytes terminated(struct bytes strings)
{
	while (strings.len && strings.at[strings.len - 1])
		strings.len--;
	return strings;
}

/* The table may stand anywhere: its members are not aligned. */
static struct bytes content_of(const struct reader *r, struct bytes table, unsigned int n)
{
	const uint8_t *section = table.at + n * sizeof(Elf64_Shdr);

	return part(r->file, get64(r, section + offsetof(Elf64_Shdr, sh_offset)),
		    get64(r, section + offsetof(Elf64_Shdr, sh_size)));
}

struct bytes reader__section(const struct reader *r, const char *name)
{
	const Elf64_Ehdr *header = (void *)r->file.at;
	unsigned int n = get16(r, (void *)&header->e_shnum);
	unsigned int names = get16(r, (void *)&header->e_shstrndx);
	struct bytes table = part(r->file, get64(r, (void *)&header->e_shoff),
				  (uint64_t)n * sizeof(Elf64_Shdr)), strings;

	if (!table.len || names >= n)
		return (struct bytes){};
	strings = terminated(content_of(r, table, names));
	for (unsigned int i = 0; i < n; i++) {
		const uint8_t *at = table.at + i * sizeof(Elf64_Shdr) +
				    offsetof(Elf64_Shdr, sh_name);

		if (!strcmp(string_at(strings, get32(r, at)), name))
			return content_of(r, table, i);
	}
	return (struct bytes){};
}

uint32_t word(const struct reader *r, const uint8_t *type, unsigned int n)
{
	return get32(r, type + (size_t)4 * n);
}

unsigned int kind_of(const struct reader *r, const uint8_t *type)
{
	return type ? BTF_INFO_KIND(word(r, type, TYPE_INFO)) : BTF_KIND_UNKN;
}

unsigned int vlen_of(const struct reader *r, const uint8_t *type)
{
	return BTF_INFO_VLEN(word(r, type, TYPE_INFO));
}

const char *name_of(const struct reader *r, const uint8_t *type)
{
	return string_at(r->strings, word(r, type, TYPE_NAME));
}

const uint8_t *type_by_id(const struct reader *r, uint32_t id)
{
	return id && id <= r->n_types ? r->by_id[id - 1] : NULL;
}

/* Bytes behind struct btf_type; -1: a kind that is newer than this. */
static long tail_of(const struct reader *r, const uint8_t *type)
{
	unsigned int vlen = vlen_of(r, type);

	switch (kind_of(r, type)) {
	case BTF_KIND_PTR:
	case BTF_KIND_FWD:
	case BTF_KIND_TYPEDEF:
	case BTF_KIND_VOLATILE:
	case BTF_KIND_CONST:
	case BTF_KIND_RESTRICT:
	case BTF_KIND_FUNC:
	case BTF_KIND_FLOAT:
	case BTF_KIND_TYPE_TAG:
		return 0;
	case BTF_KIND_INT:
	case BTF_KIND_VAR:
	case BTF_KIND_DECL_TAG:
		return 4;
	case BTF_KIND_ENUM:
	case BTF_KIND_FUNC_PROTO:
		return 8L * vlen;
	case BTF_KIND_ARRAY:
		return 12;
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
	case BTF_KIND_DATASEC:
	case BTF_KIND_ENUM64:
		return 12L * vlen;
	default:
		return -1;
	}
}

static bool read_types(struct reader *r)
{
	const uint8_t *at = r->types.at, *end = at + r->types.len;

	while ((size_t)(end - at) >= TYPE_BYTES) {
		long tail = tail_of(r, at);

		if (tail < 0 || (size_t)tail > end - at - TYPE_BYTES)
			return false;
		*GROW(r->by_id, r->n_types) = at;
		at += TYPE_BYTES + tail;
	}
	return at == end;
}

uint32_t resolve(const struct reader *r, uint32_t id)
{
	for (int depth = 0; depth < 32; depth++) {
		const uint8_t *type = type_by_id(r, id);

		switch (kind_of(r, type)) {
		case BTF_KIND_TYPEDEF:
		case BTF_KIND_VOLATILE:
		case BTF_KIND_CONST:
		case BTF_KIND_RESTRICT:
		case BTF_KIND_TYPE_TAG:
			id = word(r, type, TYPE_SIZE);
			break;
		default:
			return id;
		}
	}
	return 0;
}

unsigned int size_of(const struct reader *r, uint32_t id)
{
	uint64_t n = 1;

	for (int depth = 0; depth < 32; depth++) {
		const uint8_t *type = type_by_id(r, resolve(r, id));

		switch (kind_of(r, type)) {
		case BTF_KIND_PTR:
			return n * 8;
		case BTF_KIND_ARRAY:
			n *= word(r, type, TYPE_WORDS + 2);
			id = word(r, type, TYPE_WORDS);
			break;
		case BTF_KIND_UNKN:
		case BTF_KIND_FUNC_PROTO:
			return 0;
		default:
			return n * word(r, type, TYPE_SIZE);
		}
	}
	return 0;
}

bool reader__read_types(struct reader *r)
{
	struct bytes btf = reader__section(r, ".BTF"), body;
	uint32_t len;

	if (btf.len < sizeof(struct btf_header) || get16(r, btf.at) != BTF_MAGIC)
		return false;
	len = get32(r, btf.at + offsetof(struct btf_header, hdr_len));
	if (len > btf.len)
		return false;
	body = part(btf, len, btf.len - len);
	r->types = part(body, get32(r, btf.at + offsetof(struct btf_header, type_off)),
			get32(r, btf.at + offsetof(struct btf_header, type_len)));
	r->strings = terminated(
		part(body, get32(r, btf.at + offsetof(struct btf_header, str_off)),
		     get32(r, btf.at + offsetof(struct btf_header, str_len))));
	return r->strings.len && read_types(r);
}

static bool map_file(struct bytes *file, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	void *at;

	if (fd < 0)
		return false;
	if (fstat(fd, &st)) {
		close(fd);
		return false;
	}
	if (!st.st_size) {
		close(fd);
		return true;
	}
	at = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (at == MAP_FAILED)
		return false;
	*file = (struct bytes){ at, st.st_size };
	return true;
}

const char *reader__open(struct reader *r, const char *path)
{
	const Elf64_Ehdr *header;

	if (!map_file(&r->file, path))
		return strerror(errno);
	header = (void *)r->file.at;
	if (r->file.len < sizeof(*header) || memcmp(header->e_ident, ELFMAG, SELFMAG) ||
	    header->e_ident[EI_CLASS] != ELFCLASS64)
		return "not an object file for BPF";
	r->swap = (header->e_ident[EI_DATA] == ELFDATA2MSB) !=
		  (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);
	if (get16(r, (void *)&header->e_machine) != EM_BPF)
		return "not an object file for BPF";
	return NULL;
}
