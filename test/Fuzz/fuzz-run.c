// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * fuzz-run - runs a fiber, its twin and its native twin on the same inputs.
 *
 * For each line "FIBER TWIN NATIVE SEED INPUTS FLAGS" of stdin, where TWIN may be -
 * for none, it prints what it saw, and at the end of that a line "= CATEGORY DETAIL".  FLAGS: q, compiled
 * with yield points; m, resume on changing CPUs; s, wait for little;
 * c, cancel it at one of its awaits; d, destroy it there; - for none.
 */
#include <dlfcn.h>
#include <errno.h>
#include <linux/types.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "Inputs/fuzz-abi.h"

#define MOST_STEPS	FZ_STEPS
#define LOG_TAIL	3000

struct object {
	struct bpf_object *obj;
	struct fz *fz;
	int gate, fire, reply, stat, kill, twin, frames;
	enum bpf_prog_type home;
	struct ring_buffer *events;
	__u32 token;
	bool is_array;
};

static char log_tail[LOG_TAIL + 1];
static char detail[256];
static bool quantum, migrate;
static char ends; /* c: is cancelled at an await, d: is destroyed */
static __u64 patience_ns;

static __u64 now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

static __u64 splitmix(__u64 *state)
{
	__u64 z = *state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

/* Keep the end of what libbpf and the verifier say. */
static int keep_log(enum libbpf_print_level level, const char *format, va_list args)
{
	char *text;
	size_t length, kept;

	if (level == LIBBPF_DEBUG)
		return 0;
	if (vasprintf(&text, format, args) < 0)
		return 0;
	length = strlen(text);
	if (length >= LOG_TAIL) {
		memcpy(log_tail, text + length - LOG_TAIL, LOG_TAIL + 1);
	} else {
		kept = strlen(log_tail);
		if (kept + length > LOG_TAIL) {
			memmove(log_tail, log_tail + kept + length - LOG_TAIL,
				LOG_TAIL - length + 1);
		}
		strcat(log_tail, text);
	}
	free(text);
	return 0;
}

static void close_object(struct object *o)
{
	if (o->events)
		ring_buffer__free(o->events);
	if (o->fz)
		munmap(o->fz, sizeof(*o->fz));
	if (o->obj)
		bpf_object__close(o->obj);
	memset(o, 0, sizeof(*o));
}

static int take_event(void *arg, void *data, size_t size)
{
	(void)size;
	*(__u32 *)arg = *(__u32 *)data;
	return 0;
}

static int program_fd(struct object *o, const char *name)
{
	struct bpf_program *prog = bpf_object__find_program_by_name(o->obj, name);

	return prog ? bpf_program__fd(prog) : -1;
}

/* 0, -1: the verifier refuses it, -2: something else is wrong */
static int load(struct object *o, const char *path)
{
	struct bpf_map *map;
	struct bpf_program *prog;

	memset(o, 0, sizeof(*o));
	log_tail[0] = 0;
	o->obj = bpf_object__open(path);
	if (!o->obj)
		return -2;
	if (bpf_object__load(o->obj))
		return -1;
	if (strstr(log_tail, "without BTF") || strstr(log_tail, "loading BTF"))
		return -2;
	map = bpf_object__find_map_by_name(o->obj, ".data.fz");
	if (!map)
		return -2;
	o->fz = mmap(NULL, sizeof(*o->fz), PROT_READ | PROT_WRITE, MAP_SHARED,
		     bpf_map__fd(map), 0);
	if (o->fz == MAP_FAILED) {
		o->fz = NULL;
		return -2;
	}
	o->gate = program_fd(o, "fz_gate");
	o->fire = program_fd(o, "fz_fire");
	o->reply = program_fd(o, "fz_reply");
	o->stat = program_fd(o, "fz_stat");
	o->kill = program_fd(o, "fz_kill");
	o->twin = program_fd(o, "fz_twin");
	prog = bpf_object__find_program_by_name(o->obj, "fz_gate");
	if (prog)
		o->home = bpf_program__type(prog);
	map = bpf_object__find_map_by_name(o->obj, "fz_frames");
	o->frames = map ? bpf_map__fd(map) : -1;
	o->is_array = map && bpf_map__type(map) == BPF_MAP_TYPE_ARRAY;
	map = bpf_object__find_map_by_name(o->obj, "fiber_events");
	if (map) {
		o->events = ring_buffer__new(bpf_map__fd(map), take_event, &o->token, NULL);
		if (!o->events)
			return -2;
	}
	return 0;
}

static __u32 verified_insns(int fd)
{
	struct bpf_prog_info info = {};
	__u32 size = sizeof(info);

	return bpf_obj_get_info_by_fd(fd, &info, &size) ? 0 : info.verified_insns;
}

static int run(int fd, enum bpf_prog_type type, const struct fz_step *step, __u32 token)
{
	struct fz_ctx ctx = { .a = step->a, .b = step->b, .token = token };
	__u8 packet[64] = {};
	LIBBPF_OPTS(bpf_test_run_opts, opts);
	static int cpu;
	int err;

	if (type == BPF_PROG_TYPE_SYSCALL) {
		opts.ctx_in = &ctx;
		opts.ctx_size_in = sizeof(ctx);
	} else {
		memcpy(packet + FZ_PACKET_A, &step->a, sizeof(step->a));
		memcpy(packet + FZ_PACKET_B, &step->b, sizeof(step->b));
		opts.data_in = packet;
		opts.data_size_in = sizeof(packet);
		opts.repeat = 1;
	}
	if (migrate) {
		cpu_set_t set;

		CPU_ZERO(&set);
		CPU_SET(cpu ^= 1, &set);
		sched_setaffinity(0, sizeof(set), &set);
	}
	err = bpf_prog_test_run_opts(fd, &opts);
	if (err) {
		fprintf(stderr, "fuzz-run: cannot run a program: %s\n", strerror(-err));
		exit(2);
	}
	return (int)opts.retval;
}

static void prepare(struct fz *fz, __u64 seed)
{
	__u64 x = seed;
	int i;

	memset(fz, 0, sizeof(*fz));
	fz->pid = getpid();
	for (i = 0; i < 8; i++) {
		fz->in[i] = splitmix(&x);
		/* small numbers and the ends of ranges are where things happen */
		switch (splitmix(&x) % 4) {
		case 0:
			fz->in[i] %= 16;
			break;
		case 1:
			fz->in[i] = -(fz->in[i] % 16);
			break;
		}
	}
	for (i = 0; i < 2; i++)
		fz->arg[i] = splitmix(&x) % 3 ? splitmix(&x) : splitmix(&x) % 16;
	for (i = -1; i < FZ_STEPS; i++) {
		struct fz_step *step = i < 0 ? &fz->now : &fz->script[i];

		step->value = splitmix(&x);
		step->a = splitmix(&x);
		step->b = splitmix(&x);
		step->other = splitmix(&x) % 3 == 0;
		if (splitmix(&x) % 3 == 0)
			step->value %= 16;
		if (splitmix(&x) % 3 == 0)
			step->a %= 16;
	}
	fz->value = fz->now.value;
}

#define LOOK(fz, member) (*(volatile __typeof__((fz)->member) *)&(fz)->member)

static __u64 aborted(struct object *o)
{
	struct fz_step none = {};

	run(o->stat, BPF_PROG_TYPE_SYSCALL, &none, 0);
	return LOOK(o->fz, aborted);
}

static bool there_is_a_frame(struct object *o)
{
	__u32 next;

	/* the elements of an array are always there */
	if (o->is_array)
		return false;
	return !bpf_map_get_next_key(o->frames, NULL, &next);
}

static void pause_a_bit(int tries)
{
	if (tries < 50)
		sched_yield();
	else
		usleep(50);
}

static __u64 references(struct object *o)
{
	struct fz_step none = {};

	o->fz->pid = getpid();
	run(o->stat, BPF_PROG_TYPE_SYSCALL, &none, 0);
	return LOOK(o->fz, references);
}

/*
 * Act the script out on the fiber, of which the model was run before.
 * 0: it ended; 1: it stopped; 2: once more, the kernel had no memory; 3: verdict
 */
static int act(struct object *o, const struct fz *model)
{
	struct fz *fz = o->fz;
	struct fz_step *step = &fz->now;
	__u64 n, begin = now_ns(), aborts = aborted(o);
	__u64 ends = model->cancelled ? model->cancelled : model->over;
	int fd = o->gate, ret, tries = 0;
	enum bpf_prog_type type = o->home;

	for (;;) {
		/* an activation begins here; fd is -1 if it is not ours */
		n = LOOK(fz, n);
		if (n > MOST_STEPS)
			return 1;
		if (n && n == ends) {
			/* a fiber that is running yet cannot be ended */
			for (tries = 0; run(o->kill, BPF_PROG_TYPE_SYSCALL, step, 0) == -EBUSY; tries++) {
				if (now_ns() - begin > patience_ns)
					return 1;
				pause_a_bit(tries);
			}
			break;
		}
		if (n) {
			step = &fz->script[(n - 1) % FZ_STEPS];
			fd = -1;
			switch (fz->kind[(n - 1) % FZ_STEPS]) {
			case FZ_PACKET:
				fd = o->gate;
				type = o->home;
				break;
			case FZ_EVENT:
				fd = o->fire;
				type = BPF_PROG_TYPE_SYSCALL;
				break;
			case FZ_USER:
				fd = o->reply;
				type = BPF_PROG_TYPE_SYSCALL;
				break;
			}
		}
		if (fd >= 0) {
			for (;;) {
				if (n && type == BPF_PROG_TYPE_SYSCALL && o->events)
					ring_buffer__consume(o->events);
				fz->value = step->value;
				ret = run(fd, type, step, o->token);
				/* preempted: the thread goes on */
				if (quantum && type == BPF_PROG_TYPE_SYSCALL && ret == -EAGAIN) {
					if (now_ns() - begin > patience_ns)
						return 1;
					/* its token is used up */
					fd = o->gate;
					continue;
				}
				if (ret != FZ_REFUSED || LOOK(fz, n) != n || LOOK(fz, done))
					break;
				if (LOOK(fz, oom) || aborted(o) != aborts)
					return 2;
				if (now_ns() - begin > patience_ns)
					return 1;
				pause_a_bit(tries++);
			}
			/* it began an await that could not be armed */
			if (ret == FZ_REFUSED && (LOOK(fz, oom) || aborted(o) != aborts))
				return 2;
			if (!quantum && ret != FZ_REFUSED && !(ends && n >= model->n)) {
				long long want = n < model->n ? model->verdict[n % FZ_STEPS] : model->result;

				if (ret != (int)want) {
					snprintf(detail, sizeof(detail),
						 "activation %llu gave verdict %d, not %d",
						 (unsigned long long)n, ret, (int)want);
					return 3;
				}
			}
		}
		/* it is another one's activation now, or over */
		for (tries = 0; LOOK(fz, n) == n && !LOOK(fz, done); tries++) {
			if (LOOK(fz, oom) || (tries > 1000 && aborted(o) != aborts))
				return 2;
			if (now_ns() - begin > patience_ns)
				return 1;
			pause_a_bit(tries);
		}
		if (LOOK(fz, done))
			break;
	}
	if (fz->oom)
		return 2;
	for (tries = 0; there_is_a_frame(o); tries++) {
		if (now_ns() - begin > patience_ns) {
			snprintf(detail, sizeof(detail), "it has ended, but a frame is left");
			return 3;
		}
		pause_a_bit(tries);
	}
	return aborted(o) != aborts ? 2 : 0;
}

static bool differ(const struct fz *a, const struct fz *b, const char *whose)
{
	__u64 i, m = a->count < b->count ? a->count : b->count;

	if (a->hash == b->hash && a->count == b->count && a->n == b->n && a->result == b->result)
		return false;
	for (i = 0; i < m && i < FZ_TRACE; i++) {
		if (a->trace[i] != b->trace[i]) {
			snprintf(detail, sizeof(detail),
				 "trace[%llu] is %#llx, %s %#llx (awaits: %llu and %llu)",
				 (unsigned long long)i, (unsigned long long)a->trace[i], whose,
				 (unsigned long long)b->trace[i], (unsigned long long)a->n,
				 (unsigned long long)b->n);
			return true;
		}
	}
	snprintf(detail, sizeof(detail),
		 "%s differs: trace %llu and %llu long, awaits %llu and %llu, result %lld and %lld",
		 whose, (unsigned long long)a->count, (unsigned long long)b->count,
		 (unsigned long long)a->n, (unsigned long long)b->n, (long long)a->result,
		 (long long)b->result);
	return true;
}

static const char *fuzz(const char *fiber, const char *twin, const char *native, __u64 seed,
			int inputs)
{
	static struct fz model;
	struct object f = {}, t = {};
	const char *verdict = "ok";
	struct fz_step none = {};
	struct fz *host = NULL;
	void (*run_native)(void) = NULL;
	void *library = NULL;
	bool twin_loads;
	int i, ret, again, lost = 0;
	__u64 insns = 0, twin_insns = 0, steps = 0, before;

	detail[0] = 0;
	library = dlopen(native, RTLD_NOW | RTLD_LOCAL);
	if (library) {
		host = dlsym(library, "fz");
		run_native = (void (*)(void))dlsym(library, "fz_native");
	}
	if (!host || !run_native) {
		snprintf(detail, sizeof(detail), "no native program: %s", dlerror());
		return "error";
	}
	twin_loads = strcmp(twin, "-") && !load(&t, twin);
	if (twin_loads)
		twin_insns = verified_insns(t.twin);
	else if (strcmp(twin, "-"))
		printf("twin: %s\n", log_tail);
	ret = load(&f, fiber);
	if (ret) {
		verdict = ret == -2 ? "error" : twin_loads || !strcmp(twin, "-") ? "rejected" :
								      "complex";
		printf("fiber: %s\n", log_tail);
		snprintf(detail, sizeof(detail), "twin %llu insns", (unsigned long long)twin_insns);
		goto out;
	}
	insns = verified_insns(f.gate);
	before = references(&f);
	for (i = 0; i < inputs; i++) {
		__u64 input = seed * 1000 + i;

		prepare(host, input);
		host->started = 1;
		run_native();
		model = *host;
		if (ends && model.done && model.n) {
			/* once more, up to one of its awaits */
			__u64 at = 1 + input % model.n;

			/* the kernel does not wait with a work item */
			while (at <= model.n && model.kind[(at - 1) % FZ_STEPS] == FZ_WORK)
				at++;
			if (at > model.n)
				continue;

			prepare(host, input);
			host->started = 1;
			host->over = ends == 'c' ? at + 1 : at;
			host->cancelled = ends == 'c' ? at : 0;
			run_native();
			model = *host;
		} else if (!model.done) {
			snprintf(detail, sizeof(detail), "the model does not end");
			verdict = "error";
			goto out;
		}
		if (model.n >= MOST_STEPS) {
			lost++;
			continue;
		}
		steps += model.n;
		if (twin_loads && !model.over) {
			for (again = 0; again < 5; again++) {
				prepare(t.fz, input);
				run(t.twin, BPF_PROG_TYPE_SYSCALL, &none, 0);
				if (!t.fz->oom)
					break;
			}
			if (!t.fz->oom && differ(t.fz, &model, "native")) {
				printf("input %d: the twin differs: %s\n", i, detail);
				verdict = "twin";
				goto out;
			}
		}
		for (again = 0; again < 20; again++) {
			if (again)
				usleep(20000);
			if (again || f.is_array)
				run(f.kill, BPF_PROG_TYPE_SYSCALL, &none, 0);
			prepare(f.fz, input);
			f.fz->cancelled = model.cancelled;
			f.fz->over = model.over;
			ret = act(&f, &model);
			if (ret != 2)
				break;
		}
		if (ret == 2) {
			snprintf(detail, sizeof(detail), "input %d: it aborts again and again", i);
			verdict = "wrong";
			goto out;
		}
		if (ret == 1) {
			snprintf(detail, sizeof(detail), "input %d: it stopped at await %llu of %llu, kind %d",
				 i, (unsigned long long)f.fz->n, (unsigned long long)model.n,
				 f.fz->n ? f.fz->kind[(f.fz->n - 1) % FZ_STEPS] : 0);
			verdict = "wrong";
			goto out;
		}
		for (again = 0; references(&f) != before && again < 100; again++)
			usleep(1000);
		if (again == 100) {
			snprintf(detail, sizeof(detail), "input %d: there are %lld references more",
				 i, (long long)(references(&f) - before));
			verdict = "wrong";
			goto out;
		}
		if (ret == 3 || differ(f.fz, &model, "native")) {
			printf("input %d\n", i);
			verdict = "wrong";
			goto out;
		}
	}
	snprintf(detail, sizeof(detail), "insns %llu twin %llu awaits %llu dropped %d%s",
		 (unsigned long long)insns, (unsigned long long)twin_insns,
		 (unsigned long long)steps, lost, twin_loads ? "" : " notwin");
out:
	close_object(&f);
	close_object(&t);
	if (library)
		dlclose(library);
	return verdict;
}

int main(void)
{
	char line[8192], fiber[2000], twin[2000], native[2000], flags[16];
	unsigned long long seed;
	int inputs;

	libbpf_set_strict_mode(LIBBPF_STRICT_ALL);
	libbpf_set_print(keep_log);
	while (fgets(line, sizeof(line), stdin)) {
		if (sscanf(line, "%1999s %1999s %1999s %llu %d %15s", fiber, twin, native, &seed,
			   &inputs, flags) != 6) {
			printf("= error bad line\n");
			fflush(stdout);
			continue;
		}
		quantum = strchr(flags, 'q');
		ends = strchr(flags, 'c') ? 'c' : strchr(flags, 'd') ? 'd' : 0;
		patience_ns = strchr(flags, 's') ? 300000000ULL : 3000000000ULL;
		migrate = strchr(flags, 'm') && sysconf(_SC_NPROCESSORS_ONLN) > 1;
		printf("= %s %s\n", fuzz(fiber, twin, native, seed, inputs), detail);
		fflush(stdout);
	}
	return 0;
}
