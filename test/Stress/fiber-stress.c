// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * fiber-stress - two CPUs do at random whatever can be done to a few fibers, and
 * all that happened is accounted for afterwards: see README.md.
 *
 * fiber-stress RESUMES OBJECT
 */
#include <errno.h>
#include <linux/types.h>
#include <pthread.h>
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
#include <bpf_fiber/abi.h>

#include "stress.h"

/* Packets in one system call, and calls of user space between two of these. */
#define PACKETS		20000
#define CALLS		200
/* For what is still under way at the end. */
#define SECONDS_TO_SETTLE 10

static struct bpf_object *object;
static struct stress_shared *shared;
static struct fiber_counters *counters;
static struct ring_buffer *events;
static int frames, packets, resume, reply, destroy, holders;
static unsigned int value_size, entries;
static unsigned long long target;
static pthread_barrier_t stopped, settled;
static bool failed;

static __attribute__((format(printf, 1, 2))) void wrong(const char *format, ...)
{
	va_list args;

	failed = true;
	printf("WRONG: ");
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
}

static __attribute__((noreturn)) void die(const char *what)
{
	fprintf(stderr, "fiber-stress: %s: %s\n", what, strerror(errno));
	exit(2);
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

/* The object. */

static void *map_memory(const char *name, size_t size)
{
	struct bpf_map *map = bpf_object__find_map_by_name(object, name);
	void *memory;

	if (!map || bpf_map__value_size(map) < size) {
		errno = EINVAL;
		die(name);
	}
	memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, bpf_map__fd(map), 0);
	if (memory == MAP_FAILED)
		die(name);
	return memory;
}

static int program(const char *name)
{
	struct bpf_program *prog = bpf_object__find_program_by_name(object, name);

	if (!prog)
		die(name);
	return bpf_program__fd(prog);
}

static int run_syscall(int prog, struct stress_call *call)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = call,
		    .ctx_size_in = call ? sizeof(*call) : 0);

	if (bpf_prog_test_run_opts(prog, &opts))
		die("BPF_PROG_TEST_RUN of a system call program");
	return opts.retval;
}

static void run_packets(unsigned int repeat)
{
	char packet[64] = "";
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = packet,
		    .data_size_in = sizeof(packet), .repeat = repeat);

	if (bpf_prog_test_run_opts(packets, &opts))
		die("BPF_PROG_TEST_RUN of packets");
}

/* Answer a fiber; what is refused because it runs just now is said again. */
static int answer(void *unused, void *record, size_t size)
{
	const struct fiber_event *event = record;
	struct stress_call call = { .token = event->token };

	(void)unused;
	(void)size;
	memcpy(&call.key, event->key, sizeof(call.key));
	call.value = event->token >> 4;
	for (int tries = 0; tries < 3 && run_syscall(reply, &call); tries++)
		;
	return 0;
}

static void load(const char *path)
{
	struct bpf_map *map;

	object = bpf_object__open(path);
	if (!object || bpf_object__load(object))
		die(path);
	shared = map_memory(".data.shared", sizeof(*shared));
	/* The only variable there that has a name. */
	counters = map_memory(".bss", sizeof(*counters));
	map = bpf_object__find_map_by_name(object, "frames");
	frames = bpf_map__fd(map);
	value_size = bpf_map__value_size(map);
	entries = bpf_map__max_entries(map);
	events = ring_buffer__new(bpf_object__find_map_fd_by_name(object, "fiber_events"),
				  answer, NULL, NULL);
	if (!events)
		die("ring buffer");
	packets = program("packets");
	resume = program("resume");
	reply = program("reply");
	destroy = program("destroy");
	holders = program("holders");
}

/* Sums over the CPUs: of a member of struct stress_counts. */

static unsigned long long sum_at(size_t offset)
{
	unsigned long long sum = 0;

	for (int cpu = 0; cpu < STRESS_CPUS; cpu++)
		sum += *(volatile unsigned long long *)((char *)&shared->counts[cpu] + offset);
	return sum;
}

#define SUM(member)	sum_at(offsetof(struct stress_counts, member))

static unsigned long long woken_by(enum stress_by by)
{
	unsigned long long sum = 0;

	for (int wait = 0; wait < STRESS_WAITS; wait++)
		sum += SUM(woken[wait][by]);
	return sum;
}

static unsigned long long resumes(void)
{
	unsigned long long sum = 0;

	for (int by = 0; by < STRESS_BY; by++)
		sum += woken_by(by);
	return sum;
}

/* What each CPU does. */

static void pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		die("sched_setaffinity");
}

/* Once more on each CPU after the others have ended: what is queued has run. */
static void *stress(void *cpu)
{
	int before, now;

	pin((long)cpu);
	before = run_syscall(holders, NULL);
	while (resumes() < target) {
		run_packets(PACKETS);
		for (int i = 0; i < CALLS; i++) {
			struct stress_call call = { .key = random(), .value = random() };

			call.key &= call.key & STRESS_KEYS ? STRESS_KEYS - 1 : STRESS_HOT_KEYS - 1;
			run_syscall(i % 64 ? resume : destroy, &call);
			/* One consumer at a time. */
			if (!cpu)
				ring_buffer__consume(events);
		}
	}
	pthread_barrier_wait(&stopped);
	pthread_barrier_wait(&settled);
	now = run_syscall(holders, NULL);
	if (now != before)
		wrong("thread %ld has %d references, had %d", (long)cpu, now, before);
	return NULL;
}

/*
 * The end: what is under way settles, all is accounted for, and all fibers end.
 * What an LRU map evicts takes part in neither the protocol nor the accounts:
 * then all that is left to see is that nothing remains.
 */

static bool evicts(void)
{
	return entries < STRESS_KEYS;
}

/* Whether there is a fiber under a key. */
static bool is_there(unsigned int key, void *frame)
{
	return !bpf_map_lookup_elem(frames, &key, frame) && *(__u32 *)frame;
}

static bool waits_for_time_or_work(unsigned int key)
{
	unsigned int waiting = *(volatile unsigned int *)&shared->slots[key].waiting;

	return waiting == WAIT_SLEEP || waiting == WAIT_TIMEOUT || waiting == WAIT_WORK ||
	       waiting == WAIT_PACKET_OR_WORK || waiting == LOOPING;
}

/* A fiber whose wake-up was lost waits for ever. */
static void settle(void *frame)
{
	double end = seconds() + SECONDS_TO_SETTLE;
	unsigned int lost;

	shared->draining = 1;
	do {
		usleep(1000);
		ring_buffer__consume(events);
		lost = 0;
		for (unsigned int key = 0; key < STRESS_KEYS; key++)
			lost += is_there(key, frame) && waits_for_time_or_work(key);
	} while (lost && !evicts() && seconds() < end);
	for (unsigned int key = 0; key < STRESS_KEYS; key++)
		if (!evicts() && is_there(key, frame) && waits_for_time_or_work(key))
			wrong("lost wake-up: fiber %u waits in %u, state 0x%x", key,
			      shared->slots[key].waiting, *(__u32 *)frame);
}

static void must_be_equal(const char *what, unsigned long long a, const char *is,
			  unsigned long long b)
{
	if (a != b)
		wrong("%s: %llu, but %s: %llu", what, a, is, b);
}

/* @pending: fibers that are there */
static void check_accounts(unsigned int pending)
{
	static const char *const names[] = {
		[WRONG_OVERLAP] = "activations of one fiber overlapped",
		[WRONG_ORDER] = "activations came twice, or after the end",
		[WRONG_LOOP] = "loops lost or repeated rounds",
		[WRONG_EARLY] = "sleeps were too short",
		[WRONG_RESULT] = "results cannot be",
	};
	unsigned long long suspended = SUM(started);

	for (int i = 0; i < STRESS_WRONG; i++)
		if (SUM(wrong[i]))
			wrong("%llu %s", SUM(wrong[i]), names[i]);
	for (int wait = 0; wait < STRESS_WAITS; wait++)
		suspended += SUM(waits[wait]);
	must_be_equal("suspended", suspended + SUM(loops), "resumed, destroyed and pending",
		      resumes() + SUM(loops_done) +
		      (shared->is_cancellable ? 0 : SUM(destroyed)) + pending);
	must_be_equal("verbs that ran a fiber", SUM(ran), "fibers run by verbs",
		      woken_by(BY_PACKET) + woken_by(BY_USER) + SUM(finished_by_user));
	must_be_equal("sum of values handed over", SUM(delivered), "received",
		      SUM(consumed));
	must_be_equal("refused verbs", SUM(refused), "counters",
		      counters->busy - SUM(destroy_busy) + counters->absent +
		      counters->not_waiting + counters->stale + counters->exists +
		      counters->full);
	must_be_equal("aborted", counters->aborted, "should be", 0);
}

static void end_fibers(void *frame)
{
	unsigned int pending = 0, left = 0;

	for (unsigned int key = 0; key < STRESS_KEYS; key++)
		pending += is_there(key, frame);
	if (!evicts())
		check_accounts(pending);
	for (unsigned int key = 0; key < STRESS_KEYS; key++) {
		struct stress_call call = { .key = key };

		if (evicts())
			bpf_map_delete_elem(frames, &key);
		else
			run_syscall(destroy, &call);
		left += is_there(key, frame);
	}
	if (left)
		wrong("%u fibers are there after all were ended", left);
}

static void report(double took)
{
	unsigned long long all = resumes();

	printf("%llu resumes in %.1f s: by packets %llu, users %llu, timers %llu, work items "
	       "%llu, cancellation %llu\n", all, took, woken_by(BY_PACKET), woken_by(BY_USER),
	       woken_by(BY_TIMER), woken_by(BY_WORK), woken_by(BY_CANCEL));
	printf("  started %llu, ended %llu, destroyed %llu, preempted %llu, without timer or "
	       "work item %llu\n", SUM(started), SUM(ended), SUM(destroyed), SUM(preempted),
	       SUM(incomplete));
	printf("  refused %llu: busy %llu, not waiting %llu, absent %llu, exists %llu, stale "
	       "%llu, full %llu, aborted %llu\n", SUM(refused),
	       (unsigned long long)counters->busy, (unsigned long long)counters->not_waiting,
	       (unsigned long long)counters->absent, (unsigned long long)counters->exists,
	       (unsigned long long)counters->stale, (unsigned long long)counters->full,
	       (unsigned long long)counters->aborted);
}

int main(int argc, char **argv)
{
	pthread_t threads[STRESS_CPUS];
	double begin;
	void *frame;

	if (argc != 3) {
		fprintf(stderr, "usage: fiber-stress RESUMES OBJECT\n");
		return 2;
	}
	target = strtoull(argv[1], NULL, 0);
	load(argv[2]);
	frame = malloc(value_size);
	if (!frame)
		die("malloc");
	pthread_barrier_init(&stopped, NULL, STRESS_CPUS + 1);
	pthread_barrier_init(&settled, NULL, STRESS_CPUS + 1);
	begin = seconds();
	for (long cpu = 0; cpu < STRESS_CPUS; cpu++) {
		errno = pthread_create(&threads[cpu], NULL, stress, (void *)cpu);
		if (errno)
			die("pthread_create");
	}
	pthread_barrier_wait(&stopped);
	report(seconds() - begin);
	settle(frame);
	end_fibers(frame);
	pthread_barrier_wait(&settled);
	for (int cpu = 0; cpu < STRESS_CPUS; cpu++)
		pthread_join(threads[cpu], NULL);
	ring_buffer__free(events);
	bpf_object__close(object);
	free(frame);
	return failed;
}
