// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What a bpf_iter program sees one call at a time is a loop in a fiber.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FIBER_CONTEXT(task, struct bpf_iter__task);

FIBER_MAP(frames, survey, BPF_MAP_TYPE_HASH, __u32, 1);

__u64 tasks, threads, surveys;

// DO: attach each_task
// DO: check surveys == 1
// DO: check tasks > 3
// DO: check #frames == 0
FIBER int survey(struct bpf_iter__task *ctx)
{
	struct bpf_iter__task *next = ctx;
	struct task_struct *task = ctx->task;
	__u64 count = 0;

	while (task) {
		count++;
		next = co_await next_event(task, 0);
		task = next->task;
	}
	tasks = count;
	surveys++;
	co_return 0;
}

SEC("iter/task") int each_task(struct bpf_iter__task *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&frames, survey, &key, ctx, 0);
}
