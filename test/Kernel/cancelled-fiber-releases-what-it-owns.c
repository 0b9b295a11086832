// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A cancelled fiber may use the reference that it holds; whether it releases it,
// awaits again with it, leaves it alone or aborts, nothing stays behind.
// RUN: %everywhere %s %t
// RUN: %everywhere %s %t-array -DMAP_TYPE=BPF_MAP_TYPE_ARRAY
#include "kernel-test.h"

#ifndef MAP_TYPE
#define MAP_TYPE BPF_MAP_TYPE_HASH
#endif

extern struct task_struct *bpf_task_acquire(struct task_struct *p) __ksym;
extern void bpf_task_release(struct task_struct *p) __ksym;

FIBER_MAP(frames, keeper, MAP_TYPE, __u32, 2);

int before, now, cancelled, pid;

// It ends by itself.
// DO: run count == 0
// DO: run deliver port=1 == 1
// DO: run holders == 0
// DO: check now == before + 1
// DO: run destroy == 0
// DO: check cancelled == 1
// DO: check pid > 0
// DO: run holders == 0
// DO: check now == before
// It awaits again.
// DO: run deliver port=2 == 1
// DO: run holders == 0
// DO: check now == before + 1
// DO: run destroy == 0
// DO: check cancelled == 2
// DO: run holders == 0
// DO: check now == before
// It does not touch the task.
// DO: run deliver port=3 == 1
// DO: run destroy == 0
// DO: check cancelled == 3
// DO: run holders == 0
// DO: check now == before
// It aborts.
// DO: run deliver port=4 == 1
// DO: run destroy == 0
// DO: check cancelled == 4
// DO: check keeper_counters.aborted == 1
// DO: run holders == 0
// DO: check now == before
// It is replaced.
// DO: run deliver port=2 == 1
// DO: run replace port=1 == 1
// DO: run replace port=2 == 1
// DO: check cancelled == 6
// DO: run holders == 0
// DO: check now == before + 1
// DO: run destroy == 0
// DO: run destroy == -2
// DO: run holders == 0
// DO: check now == before
FIBER_CANCELLABLE int keeper(struct xdp_md *ctx)
{
	int way = number(ctx);
	struct task_struct *task = bpf_task_acquire(bpf_get_current_task_btf());

	if (!task)
		co_return 99;
	if (co_await next_packet(1) != FIBER_CANCELED)
		goto out;
	cancelled++;
	switch (way) {
	case 2:
		pid = task->pid;
		co_await next_packet(1);
		pid = task->pid + 1;
		break;
	case 3:
		co_await next_packet(1);
		break;
	case 4:
		__fiber_abort();
	default:
		pid = task->pid;
		break;
	}
out:
	bpf_task_release(task);
	co_return 2;
}

DELIVER_PACKETS(keeper)

SEC("xdp") int replace(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_spawn(&frames, keeper, &key, ctx, FIBER_REPLACE, REFUSED);
}

SEC("syscall") int destroy(void *ctx)
{
	__u32 key = 0;

	return fiber_destroy(&frames, keeper, &key);
}

SEC("syscall") int count(void *ctx)
{
	before = bpf_get_current_task_btf()->rcu_users.refs.counter;
	return 0;
}

SEC("syscall") int holders(void *ctx)
{
	now = bpf_get_current_task_btf()->rcu_users.refs.counter;
	return 0;
}
