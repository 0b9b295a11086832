// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * object.c - load objects, and what can be read off them.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "bench.h"

void complain(const char *fmt, ...)
{
	va_list ap;

	fputs("fiber-bench: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}

/* The end of what libbpf said; a verifier log can have megabytes. */
static char tail[2048];

static int keep_tail(enum libbpf_print_level level, const char *fmt, va_list ap)
{
	char *text;
	size_t kept;
	int len;

	if (level > LIBBPF_WARN)
		return 0;
	len = vasprintf(&text, fmt, ap);
	if (len < 0)
		return 0;
	if ((size_t)len >= sizeof(tail)) {
		strcpy(tail, text + len - (sizeof(tail) - 1));
	} else {
		kept = strlen(tail);
		if (kept + len >= sizeof(tail)) {
			size_t drop = kept + len + 1 - sizeof(tail);

			memmove(tail, tail + drop, kept + 1 - drop);
		}
		strcat(tail, text);
	}
	free(text);
	return 0;
}

void capture_libbpf_log(void)
{
	libbpf_set_print(keep_tail);
}

/*
 * After these messages libbpf goes on with something else than it was asked
 * for: a map without BTF has no timers.
 */
static bool went_another_way(void)
{
	return strstr(tail, "Retrying without BTF") || strstr(tail, "BTF loading error");
}

struct bpf_object *load_object(const char *path)
{
	struct bpf_object *obj;

	tail[0] = '\0';
	obj = bpf_object__open(path);
	if (obj && !bpf_object__load(obj) && !went_another_way())
		return obj;
	complain("cannot load %s: %s\n[...]%s", path, strerror(errno), tail);
	bpf_object__close(obj);
	return NULL;
}

int object_size(struct bpf_object *obj, const char *frames, struct object_size *size)
{
	struct bpf_map *map = bpf_object__find_map_by_name(obj, frames);
	struct bpf_program *prog;

	if (!map) {
		complain("%s: no map %s", bpf_object__name(obj), frames);
		return -1;
	}
	size->frame_bytes = bpf_map__value_size(map);
	bpf_object__for_each_program(prog, obj) {
		struct program_size *p = &size->programs[size->nr_programs];
		struct bpf_prog_info info = {};
		__u32 len = sizeof(info);

		if (size->nr_programs == MAX_PROGRAMS) {
			complain("%s: too many programs", bpf_object__name(obj));
			return -1;
		}
		if (bpf_obj_get_info_by_fd(bpf_program__fd(prog), &info, &len)) {
			complain("%s: no info: %s", bpf_program__name(prog), strerror(errno));
			return -1;
		}
		snprintf(p->name, sizeof(p->name), "%s", bpf_program__name(prog));
		p->xlated_insns = info.xlated_prog_len / sizeof(struct bpf_insn);
		p->verified_insns = info.verified_insns;
		size->xlated_insns += p->xlated_insns;
		size->verified_insns += p->verified_insns;
		size->nr_programs++;
	}
	return 0;
}

int program_fd(struct bpf_object *obj, const char *name)
{
	struct bpf_program *prog = bpf_object__find_program_by_name(obj, name);

	if (!prog)
		complain("%s: no program %s", bpf_object__name(obj), name);
	return prog ? bpf_program__fd(prog) : -1;
}

int map_fd(struct bpf_object *obj, const char *name)
{
	int fd = bpf_object__find_map_fd_by_name(obj, name);

	if (fd < 0)
		complain("%s: no map %s", bpf_object__name(obj), name);
	return fd;
}

/* Give where a variable stands in a section, or -1. */
static long variable_offset(const struct btf *btf, const char *section, const char *name,
			    size_t size)
{
	__s32 id = btf__find_by_name_kind(btf, section, BTF_KIND_DATASEC);
	const struct btf_type *type = id < 0 ? NULL : btf__type_by_id(btf, id);
	const struct btf_var_secinfo *var = type ? btf_var_secinfos(type) : NULL;

	for (int i = 0; type && i < btf_vlen(type); i++, var++) {
		const struct btf_type *t = btf__type_by_id(btf, var->type);

		if (!strcmp(btf__name_by_offset(btf, t->name_off), name) && var->size == size)
			return var->offset;
	}
	return -1;
}

/* Mapped until the process ends. */
static volatile void *variable_in(struct bpf_object *obj, const char *section, const char *name,
				  size_t size)
{
	const struct bpf_map *map = bpf_object__find_map_by_name(obj, section);
	long offset = variable_offset(bpf_object__btf(obj), section, name, size);
	char *memory;

	if (!map || offset < 0)
		return NULL;
	memory = mmap(NULL, bpf_map__value_size(map), PROT_READ | PROT_WRITE, MAP_SHARED,
		      bpf_map__fd(map), 0);
	return memory == MAP_FAILED ? NULL : memory + offset;
}

volatile void *global_variable(struct bpf_object *obj, const char *name, size_t size)
{
	volatile void *variable = variable_in(obj, ".bss", name, size);

	if (!variable)
		variable = variable_in(obj, ".data", name, size);
	if (!variable)
		complain("%s: no global variable %s", bpf_object__name(obj), name);
	return variable;
}

int attach_programs(struct bpf_object *obj, const char * const *names, struct bpf_link **links,
		    size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct bpf_program *prog = bpf_object__find_program_by_name(obj, names[i]);

		links[i] = prog ? bpf_program__attach(prog) : NULL;
		if (!links[i]) {
			complain("cannot attach %s: %s", names[i], strerror(errno));
			return -1;
		}
	}
	return 0;
}

int open_rings(struct objects *o, ring_buffer_sample_fn on_event, struct ring_buffer **rings)
{
	for (int side = 0; side < SIDES; side++) {
		int events = map_fd(o->obj[side], "fiber_events");

		if (events < 0)
			return -1;
		rings[side] = ring_buffer__new(events, on_event, NULL, NULL);
		if (!rings[side]) {
			complain("cannot read a ring buffer: %s", strerror(errno));
			return -1;
		}
	}
	return 0;
}

void close_rings(struct ring_buffer **rings)
{
	for (int side = 0; side < SIDES; side++) {
		ring_buffer__free(rings[side]);
		rings[side] = NULL;
	}
}
