// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * long-sum.c - the piece that a packet starts, and whole sums.
 *
 * The fiber yields by instructions, its twin by iterations.  The twin is told
 * to do as many in a piece as the fiber does.
 */
#include <errno.h>
#include <linux/bpf.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"

#define NUMBERS		(1 << 16)
#define VALUE(i)	(3 * (__u64)(i) + 1)
#define STARTS		8
#define SUMS		8
#define TRIES		20

static struct {
	int start;				/* program */
	volatile __u32 *how_many, *finished;
	volatile __u64 *result;
} sides[SIDES];

static __u32 piece;				/* iterations */

static int fill_numbers(struct bpf_object *obj)
{
	int map = map_fd(obj, "numbers"), err;
	__u32 *keys = calloc(NUMBERS, sizeof(*keys)), n = NUMBERS;
	__u64 *values = calloc(NUMBERS, sizeof(*values));

	if (!keys || !values)
		abort();
	for (__u32 i = 0; i < NUMBERS; i++) {
		keys[i] = i;
		values[i] = VALUE(i);
	}
	err = map < 0 ? -1 : bpf_map_update_batch(map, keys, values, &n, NULL);
	if (err)
		complain("cannot fill the map of numbers: %s", strerror(errno));
	free(keys);
	free(values);
	return err ? -1 : 0;
}

static int find_variables(struct bpf_object *obj, enum side side)
{
	sides[side].start = program_fd(obj, "start");
	sides[side].how_many = global_variable(obj, "how_many", sizeof(__u32));
	sides[side].finished = global_variable(obj, "finished", sizeof(__u32));
	sides[side].result = global_variable(obj, "result", sizeof(__u64));
	return sides[side].start < 0 || !sides[side].how_many || !sides[side].finished ||
	       !sides[side].result ? -1 : 0;
}

static int start(enum side side)
{
	struct packet packet = udp_packet(0, 0);

	return run_packet(sides[side].start, &packet, XDP_DROP);
}

/*
 * Wait until a sum is there.  The work item is run by a kernel thread on this
 * CPU: with real-time priority it would never get its turn unless we sleep.
 */
static bool finishes(enum side side, __u32 finished_before, bool sleep, double patience_ns)
{
	double end = now_ns() + patience_ns;

	while (*sides[side].finished == finished_before) {
		if (now_ns() > end)
			return false;
		if (sleep)
			usleep(20);
		else
			sched_yield();
	}
	return true;
}

static int wait_for_sum(enum side side, __u32 finished_before, bool sleep)
{
	__u64 n = *sides[side].how_many;

	if (!finishes(side, finished_before, sleep, 2e9)) {
		complain("long-sum: the %s does not finish", side_names[side]);
		return -1;
	}
	if (*sides[side].result == 3 * (n * (n - 1) / 2) + n)
		return 0;
	complain("long-sum: the %s gave a wrong sum", side_names[side]);
	return -1;
}

/*
 * The first sum after a load: bpf_wq_init() may find no memory, see
 * port-knock.c, and then nobody goes on with the sum.
 */
static int first_sum(enum side side)
{
	struct packet packet = udp_packet(0, 0);

	*sides[side].how_many = NUMBERS;
	for (int i = 0; i < TRIES; i++) {
		__u32 finished = *sides[side].finished;
		struct bpf_test_run_opts opts = {
			.sz = sizeof(opts),
			.data_in = packet.bytes,
			.data_size_in = packet.len,
		};

		if (!bpf_prog_test_run_opts(sides[side].start, &opts) &&
		    finishes(side, finished, true, 5e7))
			return 0;
	}
	complain("long-sum: the %s does not finish a sum", side_names[side]);
	return -1;
}

/* Give where the loop variable is in a suspended fiber. */
static int offset_of_i(struct bpf_object *obj)
{
	struct bpf_map *map = bpf_object__find_map_by_name(obj, "sums");
	const struct btf *btf = bpf_object__btf(obj);
	const struct btf_type *frame;
	const struct btf_member *member;

	frame = map ? btf__type_by_id(btf, bpf_map__btf_value_type_id(map)) : NULL;
	if (!frame || !btf_is_struct(frame))
		return -1;
	member = btf_members(frame);
	for (int i = 0; i < btf_vlen(frame); i++, member++)
		if (!strcmp(btf__name_by_offset(btf, member->name_off), "i"))
			return btf_member_bit_offset(frame, i) / 8;
	return -1;
}

static __u32 frame_size(struct bpf_object *obj)
{
	return bpf_map__value_size(bpf_object__find_map_by_name(obj, "sums"));
}

/*
 * The iterations of the first piece: where a fiber stands when it has
 * suspended, unless its work item was faster than the look at it.
 */
static int find_piece(struct bpf_object *obj)
{
	int map = map_fd(obj, "sums"), offset = offset_of_i(obj);
	__u8 frame[256];
	__u32 i, key = 0;

	if (map < 0 || offset < 0 || frame_size(obj) > sizeof(frame)) {
		complain("long-sum: no i in the frame");
		return -1;
	}
	piece = NUMBERS;
	for (int n = 0; n < TRIES; n++) {
		__u32 finished = *sides[FIBER].finished;

		if (start(FIBER) || bpf_map_lookup_elem(map, &key, frame) ||
		    wait_for_sum(FIBER, finished, true))
			return -1;
		memcpy(&i, frame + offset, sizeof(i));
		if (i && i < piece)
			piece = i;
	}
	if (piece < NUMBERS / 2)
		return 0;
	complain("long-sum: the fiber does not yield");
	return -1;
}

static int prepare(struct objects *o, enum side first)
{
	volatile __u32 *quantum;

	(void)first;
	for (int side = 0; side < SIDES; side++)
		if (find_variables(o->obj[side], side) || fill_numbers(o->obj[side]) ||
		    first_sum(side))
			return -1;
	quantum = global_variable(o->obj[HAND], "quantum", sizeof(*quantum));
	if (!quantum || find_piece(o->obj[FIBER]))
		return -1;
	*quantum = piece;
	return 0;
}

/*
 * Sums of one and a half pieces: the first is in XDP and is measured.  Sleeping
 * between them makes a round long, so the sides take turns within it.
 */
static int first_piece_round(struct objects *o, enum side first, struct round *r)
{
	struct run_stats before[SIDES];

	(void)o;
	for (int side = 0; side < SIDES; side++) {
		*sides[side].how_many = piece + piece / 2;
		if (run_stats_read(sides[side].start, &before[side]))
			return -1;
	}
	for (int i = 0; i < SIDES * STARTS; i++) {
		enum side side = first ^ (i % SIDES);
		__u32 finished = *sides[side].finished;

		if (start(side) || wait_for_sum(side, finished, true))
			return -1;
	}
	for (int side = 0; side < SIDES; side++)
		if (run_stats_mean(sides[side].start, &before[side], STARTS, false,
				   &r->ns[side][0]))
			return -1;
	return 0;
}

/*
 * Whole sums are watched from another CPU: whoever waits for the kernel thread
 * on its own CPU takes turns with it, and what the scheduler then does is of
 * the size of a sum.
 */
static struct {
	pthread_t thread;
	sem_t wanted, seen;
	atomic_bool ready, stop;
	enum side side;
	__u32 finished_before;
	double end;
	int err;
} watcher;

static void *watch(void *unused)
{
	(void)unused;
	for (;;) {
		sem_wait(&watcher.wanted);
		if (watcher.stop)
			return NULL;
		watcher.ready = true;
		watcher.err = wait_for_sum(watcher.side, watcher.finished_before, false);
		watcher.end = now_ns();
		sem_post(&watcher.seen);
	}
}

static int start_watcher(struct objects *o, enum side first)
{
	(void)o;
	(void)first;
	watcher.stop = false;
	if (sem_init(&watcher.wanted, 0, 0) || sem_init(&watcher.seen, 0, 0))
		abort();
	errno = start_on_other_cpu(&watcher.thread, watch, NULL);
	if (!errno)
		return 0;
	complain("long-sum: cannot start a thread: %s", strerror(errno));
	return -1;
}

static int stop_watcher(struct objects *o)
{
	(void)o;
	watcher.stop = true;
	sem_post(&watcher.wanted);
	pthread_join(watcher.thread, NULL);
	sem_destroy(&watcher.wanted);
	sem_destroy(&watcher.seen);
	return 0;
}

static int time_sum(enum side side, double *ns)
{
	double begin;
	int err;

	watcher.side = side;
	watcher.finished_before = *sides[side].finished;
	watcher.ready = false;
	sem_post(&watcher.wanted);
	while (!watcher.ready)
		sched_yield();
	begin = now_ns();
	err = start(side);
	sem_wait(&watcher.seen);
	*ns = watcher.end - begin;
	return err || watcher.err ? -1 : 0;
}

/*
 * From the packet to the result, many pieces in a row.  Whatever else wants
 * the CPU delays the kernel thread, by more than a sum takes: the shortest of
 * several counts.
 */
static int whole_sum_round(struct objects *o, enum side first, struct round *r)
{
	(void)o;
	for (int i = 0; i < SIDES * SUMS; i++) {
		enum side side = first ^ (i % SIDES);
		double ns, *shortest = &r->ns[side][0];

		*sides[side].how_many = NUMBERS;
		if (time_sum(side, &ns))
			return -1;
		if (i < SIDES || ns < *shortest)
			*shortest = ns;
	}
	return 0;
}

static const struct measure measures[] = {
	{
		.method = RUN_STATS,
		.realtime = true,
		.activations = { "first piece" },
		.prepare = prepare,
		.round = first_piece_round,
	},
	{
		.method = WALL_CLOCK,
		.activations = { "whole sum" },
		.prepare = start_watcher,
		.round = whole_sum_round,
		.finish = stop_watcher,
	},
};

const struct example long_sum = {
	.name = "long-sum",
	.frames = "sums",
	.measures = measures,
	.nr_measures = ARRAY_SIZE(measures),
};
