// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// In an ARRAY map a frame outlives its fiber: what it owns is released when the
// fiber ends, is destroyed, is replaced or aborts.
// RUN: %everywhere %s %t
#include "kernel-test.h"

extern struct task_struct *bpf_task_acquire(struct task_struct *p) __ksym;
extern void bpf_task_release(struct task_struct *p) __ksym;

FIBER_MAP(frames, keeper, BPF_MAP_TYPE_ARRAY, __u32, 2);

int before, now;

// It ends with the task untouched in the frame.
// DO: run count == 0
// DO: run deliver port=1 == 1
// DO: run holders == 0
// DO: check now == before + 1
// DO: run deliver port=1 == 1
// DO: run deliver port=2 == 2
// DO: run holders == 0
// DO: check now == before
// It is destroyed.
// DO: run deliver port=1 == 1
// DO: run holders == 0
// DO: check now == before + 1
// DO: run destroy == 0
// DO: run holders == 0
// DO: check now == before
// It is replaced, twice.
// DO: run deliver port=1 == 1
// DO: run replace == 1
// DO: run replace == 1
// DO: run holders == 0
// DO: check now == before + 1
// It aborts where it holds the task, and where it has left it in the frame.
// DO: run deliver port=3 == 999
// DO: run holders == 0
// DO: check now == before
// DO: run deliver port=1 == 1
// DO: run deliver port=4 == 999
// DO: run holders == 0
// DO: check now == before
// DO: check keeper_counters.aborted == 2
// It aborts where somebody else said that it waits, and owns more than it knows.
// DO: run deliver port=1 == 1
// DO: run deliver port=5 == 5
// DO: run holders == 0
// DO: check now == before + 2
// DO: run pretend == 0
// DO: run deliver port=4 == 999
// DO: run holders == 0
// DO: check now == before
FIBER int keeper(struct xdp_md *ctx)
{
	struct task_struct *task = bpf_task_acquire(bpf_get_current_task_btf()), *other;

	if (!task)
		co_return 99;
	for (;;) {
		co_await next_packet(1);
		switch (number(ctx)) {
		case 2:
			co_return 2;
		case 3:
			if (task->pid)
				__fiber_abort();
			break;
		case 4:
			__fiber_abort();
			break;
		case 5:
			other = bpf_task_acquire(bpf_get_current_task_btf());
			if (!other)
				co_return 99;
			co_await next_packet(5);
			bpf_task_release(other);
		}
	}
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

/* An update by user space would release what the frame owns. */
SEC("syscall") int pretend(void *ctx)
{
	__u32 key = 0, *state = bpf_map_lookup_elem(&frames, &key);

	if (!state)
		return -1;
	*state = 1;
	return 0;
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
