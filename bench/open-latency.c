// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * open-latency.c - really opens files.
 *
 * Only one of the objects is attached at a time: a second program at the same
 * tracepoint finds caches and branch predictors warm and takes a third less.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench.h"

#define WARM_UP_CALLS	16
#define CALLS		128
#define BUCKETS		32

static const char * const programs[] = { "enter_openat", "exit_openat" };

#define HOOKS		ARRAY_SIZE(programs)

static int keep_alive[HOOKS] = { -1, -1 };
static __u64 calls[SIDES];

static int prepare(struct objects *o, enum side first)
{
	static const char * const tracepoints[] = {
		"syscalls/sys_enter_openat", "syscalls/sys_exit_openat",
	};

	(void)o;
	(void)first;
	private_tracefs();
	memset(calls, 0, sizeof(calls));
	for (size_t i = 0; i < HOOKS; i++) {
		keep_alive[i] = tracepoint_keep_alive(tracepoints[i]);
		if (keep_alive[i] < 0)
			return -1;
	}
	return 0;
}

static int open_files(int n)
{
	for (int i = 0; i < n; i++) {
		long fd = syscall(SYS_openat, AT_FDCWD, "/", O_PATH | O_CLOEXEC);

		if (fd < 0) {
			complain("cannot open /: %s", strerror(errno));
			return -1;
		}
		close(fd);
	}
	return 0;
}

/* Other processes open files too, so the programs may have run more often. */
static int measure_calls(struct bpf_object *obj, double *ns)
{
	struct run_stats before[HOOKS];

	if (open_files(WARM_UP_CALLS))
		return -1;
	for (size_t i = 0; i < HOOKS; i++)
		if (run_stats_read(program_fd(obj, programs[i]), &before[i]))
			return -1;
	if (open_files(CALLS))
		return -1;
	for (size_t i = 0; i < HOOKS; i++)
		if (run_stats_mean(program_fd(obj, programs[i]), &before[i], CALLS, true,
				   &ns[i]))
			return -1;
	return 0;
}

static int open_round(struct objects *o, enum side first, struct round *r)
{
	for (int turn = 0; turn < SIDES; turn++) {
		enum side side = first ^ turn;
		struct bpf_link *links[HOOKS] = {};
		int err;

		err = attach_programs(o->obj[side], programs, links, HOOKS);
		if (!err)
			err = measure_calls(o->obj[side], r->ns[side]);
		for (size_t i = 0; i < HOOKS; i++)
			bpf_link__destroy(links[i]);
		if (err)
			return -1;
		calls[side] += WARM_UP_CALLS + CALLS;
	}
	return 0;
}

/* Each call must be in the histogram, or no fiber has come to its end. */
static int expect_histogram(struct bpf_object *obj, __u64 expected)
{
	int map = map_fd(obj, "histogram");
	__u64 bucket[2], sum = 0;

	for (__u32 i = 0; i < BUCKETS; i++)
		if (!bpf_map_lookup_elem(map, &i, bucket))
			sum += bucket[0];
	if (sum >= expected)
		return 0;
	complain("%s: %llu calls in the histogram, %llu made", bpf_object__name(obj),
		 (unsigned long long)sum, (unsigned long long)expected);
	return -1;
}

static int finish(struct objects *o)
{
	int err = 0;

	for (size_t i = 0; i < HOOKS; i++) {
		if (keep_alive[i] >= 0)
			close(keep_alive[i]);
		keep_alive[i] = -1;
	}
	for (int side = 0; side < SIDES; side++)
		if (expect_histogram(o->obj[side], calls[side]))
			err = -1;
	return err;
}

static const struct measure measures[] = {
	{
		.method = RUN_STATS,
		.realtime = true,
		.activations = { "enter", "exit" },
		.prepare = prepare,
		.round = open_round,
		.finish = finish,
	},
};

const struct example open_latency = {
	.name = "open-latency",
	.frames = "opens",
	.measures = measures,
	.nr_measures = ARRAY_SIZE(measures),
};
