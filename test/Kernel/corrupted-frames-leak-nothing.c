// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Whatever user space writes into frames that own references, into their states
// in particular: the task has as many references as before once the frames are
// gone or, in an array, have been used again.
// RUN: %everywhere %s %t
// RUN: %everywhere %s %t-array -DMAP_TYPE=BPF_MAP_TYPE_ARRAY
#include "kernel-test.h"

#ifndef MAP_TYPE
#define MAP_TYPE BPF_MAP_TYPE_HASH
#endif

extern struct task_struct *bpf_task_acquire(struct task_struct *p) __ksym;
extern void bpf_task_release(struct task_struct *p) __ksym;

FIBER_MAP(frames, keeper, MAP_TYPE, __u32, 2);

int before, now, cancelled;
__u64 pids[4];

// DO: run count == 0
// DO: run other port=1 == 1
// DO: run deliver port=1 == 1
// DO: corrupt frames[0] 1000 1 deliver port=1 | deliver port=2 | deliver port=3 | stop | replace port=1
// DO: corrupt frames[0] 1000 2 deliver port=1 | deliver port=2 | deliver port=4 | stop
// DO: check keeper_counters.aborted > 10
// DO: check cancelled > 10
// DO: run wipe
// DO: run deliver port=1 == 1
// DO: run holders
// DO: check now >= before + 2
// DO: run deliver port=1 == 2
// DO: run stop == 0
// DO: run other port=1 == 2
// DO: run other port=2 == 1
// DO: run other port=9 == 9
// DO: run holders
// DO: check now == before
FIBER int holds(struct xdp_md *ctx, int way)
{
	struct task_struct *parent = bpf_task_acquire(bpf_get_current_task_btf());
	int woken;

	if (!parent)
		co_return -1;
	woken = co_await next_packet(way + 1);
	pids[way & 3] = parent->pid;
	bpf_task_release(parent);
	co_return woken;
}

FIBER_CANCELLABLE int keeper(struct xdp_md *ctx)
{
	struct task_struct *task = bpf_task_acquire(bpf_get_current_task_btf());
	__u32 way = 1;
	int woken;

	if (!task)
		co_return 99;
	do {
		woken = co_await next_packet(way);
		if (woken < 0)
			break;
		way = number(ctx);
		if (way >= 4)
			break;
		pids[way] = task->pid;
		woken = co_await holds(ctx, way);
	} while (woken >= 0);
	cancelled += woken < 0;
	bpf_task_release(task);
	co_return 9;
}

DELIVER_PACKETS(keeper)

SEC("xdp") int other(struct xdp_md *ctx)
{
	__u32 key = 1;

	return fiber_deliver(&frames, keeper, &key, ctx, REFUSED);
}

SEC("xdp") int replace(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_spawn(&frames, keeper, &key, ctx, FIBER_REPLACE, REFUSED);
}

SEC("syscall") int stop(void *ctx)
{
	__u32 key = 0;

	return fiber_destroy(&frames, keeper, &key);
}

__u64 zeros[8];

/* Whatever the frame says of itself. What an array's frame owns stays there. */
SEC("syscall") int wipe(void *ctx)
{
	__u32 key = 0;

	if (MAP_TYPE == BPF_MAP_TYPE_ARRAY)
		return bpf_map_update_elem(&frames, &key, zeros, BPF_EXIST);
	return bpf_map_delete_elem(&frames, &key);
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
