// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * task-watch.c - really starts processes, and ends them.
 */
#include <errno.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

/* What happens between birth and end is not measured. */
static int start_processes(int n)
{
	for (int i = 0; i < n; i++) {
		pid_t pid = fork();

		if (!pid)
			_exit(0);
		if (pid < 0 || waitpid(pid, NULL, 0) != pid) {
			complain("cannot start a process: %s", strerror(errno));
			return -1;
		}
	}
	return 0;
}

static struct traced processes = {
	.programs = { "ended", "born" },
	.tracepoints = { "sched/sched_process_exit", "sched/sched_process_fork" },
	.act = start_processes,
	.warm_up = 8,
	.times = 64,
};

static int prepare(struct objects *o, enum side first)
{
	(void)o;
	(void)first;
	return traced_prepare(&processes);
}

static int round_of_processes(struct objects *o, enum side first, struct round *r)
{
	return traced_round(&processes, o, first, r);
}

/* Each process must be counted with its parent, or no fiber has come to its end. */
static int expect_children(struct bpf_object *obj, __u64 expected)
{
	/* As in examples/task-watch/task-watch.h. */
	struct {
		__u64 children, orphans, lifetime_ms;
		char comm[16];
	} family = {};
	__u32 key = getpid();

	bpf_map_lookup_elem(map_fd(obj, "families"), &key, &family);
	if (family.children >= expected)
		return 0;
	complain("%s: %llu children counted, %llu born", bpf_object__name(obj),
		 (unsigned long long)family.children, (unsigned long long)expected);
	return -1;
}

static int finish(struct objects *o)
{
	int err = 0;

	traced_finish(&processes);
	for (int side = 0; side < SIDES; side++)
		if (expect_children(o->obj[side], processes.done[side]))
			err = -1;
	return err;
}

static const struct measure measures[] = {
	{
		.method = RUN_STATS,
		.realtime = true,
		.activations = { "end", "birth" },
		.prepare = prepare,
		.round = round_of_processes,
		.finish = finish,
	},
};

const struct example task_watch = {
	.name = "task-watch",
	.frames = "processes",
	.measures = measures,
	.nr_measures = ARRAY_SIZE(measures),
};
