// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * task-watch.c - really starts processes, and ends them.
 *
 * As with open-latency only one of the objects is attached at a time.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

#define WARM_UP_PROCESSES	8
#define PROCESSES		64

static const char * const programs[] = { "ended", "born" };

#define HOOKS			ARRAY_SIZE(programs)

static int keep_alive[HOOKS] = { -1, -1 };
static __u64 processes[SIDES];

static int prepare(struct objects *o, enum side first)
{
	static const char * const tracepoints[] = {
		"sched/sched_process_exit", "sched/sched_process_fork",
	};

	(void)o;
	(void)first;
	private_tracefs();
	memset(processes, 0, sizeof(processes));
	for (size_t i = 0; i < HOOKS; i++) {
		keep_alive[i] = tracepoint_keep_alive(tracepoints[i]);
		if (keep_alive[i] < 0)
			return -1;
	}
	return 0;
}

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

/* Other processes are born too, so the programs may have run more often. */
static int measure_processes(struct bpf_object *obj, double *ns)
{
	struct run_stats before[HOOKS];

	if (start_processes(WARM_UP_PROCESSES))
		return -1;
	for (size_t i = 0; i < HOOKS; i++)
		if (run_stats_read(program_fd(obj, programs[i]), &before[i]))
			return -1;
	if (start_processes(PROCESSES))
		return -1;
	for (size_t i = 0; i < HOOKS; i++)
		if (run_stats_mean(program_fd(obj, programs[i]), &before[i], PROCESSES, true,
				   &ns[i]))
			return -1;
	return 0;
}

static int process_round(struct objects *o, enum side first, struct round *r)
{
	for (int turn = 0; turn < SIDES; turn++) {
		enum side side = first ^ turn;
		struct bpf_link *links[HOOKS] = {};
		int err;

		err = attach_programs(o->obj[side], programs, links, HOOKS);
		if (!err)
			err = measure_processes(o->obj[side], r->ns[side]);
		for (size_t i = 0; i < HOOKS; i++)
			bpf_link__destroy(links[i]);
		if (err)
			return -1;
		processes[side] += WARM_UP_PROCESSES + PROCESSES;
	}
	return 0;
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

	for (size_t i = 0; i < HOOKS; i++) {
		if (keep_alive[i] >= 0)
			close(keep_alive[i]);
		keep_alive[i] = -1;
	}
	for (int side = 0; side < SIDES; side++)
		if (expect_children(o->obj[side], processes[side]))
			err = -1;
	return err;
}

static const struct measure measures[] = {
	{
		.method = RUN_STATS,
		.realtime = true,
		.activations = { "end", "birth" },
		.prepare = prepare,
		.round = process_round,
		.finish = finish,
	},
};

const struct example task_watch = {
	.name = "task-watch",
	.frames = "processes",
	.measures = measures,
	.nr_measures = ARRAY_SIZE(measures),
};
