// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * open-latency.c - really opens files.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench.h"

#define BUCKETS		32

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

static struct traced opens = {
	.programs = { "enter_openat", "exit_openat" },
	.tracepoints = { "syscalls/sys_enter_openat", "syscalls/sys_exit_openat" },
	.act = open_files,
	.warm_up = 16,
	.times = 128,
};

static int prepare(struct objects *o, enum side first)
{
	(void)o;
	(void)first;
	return traced_prepare(&opens);
}

static int round_of_opens(struct objects *o, enum side first, struct round *r)
{
	return traced_round(&opens, o, first, r);
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

	traced_finish(&opens);
	for (int side = 0; side < SIDES; side++)
		if (expect_histogram(o->obj[side], opens.done[side]))
			err = -1;
	return err;
}

static const struct measure measures[] = {
	{
		.method = RUN_STATS,
		.realtime = true,
		.activations = { "enter", "exit" },
		.prepare = prepare,
		.round = round_of_opens,
		.finish = finish,
	},
};

const struct example open_latency = {
	.name = "open-latency",
	.frames = "opens",
	.measures = measures,
	.nr_measures = ARRAY_SIZE(measures),
};
