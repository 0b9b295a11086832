// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A fiber that is awaited at several places holds a reference: wherever it is
// destroyed, and wherever it was awaited, the kernel releases it. An await at which
// the one above holds a reference, if only until it ends, has its own code, and
// both are released.
// RUN: %everywhere %s %t
#include "kernel-test.h"

extern struct task_struct *bpf_task_acquire(struct task_struct *p) __ksym;
extern void bpf_task_release(struct task_struct *p) __ksym;

FRAMES(holder);

int before, now;

FIBER int held(struct xdp_md *ctx, int verdict)
{
	struct task_struct *task = bpf_task_acquire(bpf_get_current_task_btf());
	int pid;

	co_await next_packet(verdict);
	if (!task)
		co_return -1;
	pid = task->pid;
	co_await next_packet(number(ctx) + verdict);
	pid += task->tgid;
	bpf_task_release(task);
	co_return pid != 0;
}

// DO: run count
// DO: run deliver port=1 == 10
// DO: check frames[0].held_returns_to == L*_held
// DO: run holders
// DO: check now == before + 1
// DO: run deliver port=1 == 11
// DO: run deliver port=1 == 20
// DO: run deliver port=1 == 21
// DO: run holders
// DO: check now == before + 1
// DO: run destroy == 0
// DO: run holders
// DO: check now == before
//
// DO: run deliver port=1 == 10
// DO: run deliver port=1 == 11
// DO: run deliver port=1 == 20
// DO: run deliver port=1 == 21
// DO: run deliver port=1 == 30
// DO: run deliver port=1 == 31
// DO: check frames[0].state == L*_held__L*_next_packet
// DO: run holders
// DO: check now == before + 2
// DO: run destroy == 0
// DO: run holders
// DO: check now == before
//
// DO: run deliver port=1 == 10
// DO: run deliver port=1 == 11
// DO: run deliver port=1 == 20
// DO: run deliver port=1 == 21
// DO: run deliver port=1 == 30
// DO: run deliver port=1 == 31
// DO: run deliver port=1 == 4
// DO: run holders
// DO: check now == before
// DO: check #frames == 0
FIBER int holder(struct xdp_md *ctx)
{
	int sum = co_await held(ctx, 10);
	struct task_struct *own;

	sum += co_await held(ctx, 20);
	own = bpf_task_acquire(bpf_get_current_task_btf());
	if (!own)
		co_return -1;
	sum += co_await held(ctx, 30);
	co_return sum + 1;
}

DELIVER_PACKETS(holder)

SEC("syscall") int destroy(void *ctx)
{
	__u32 key = 0;

	return fiber_destroy(&frames, holder, &key);
}

static __always_inline int references(void)
{
	return bpf_get_current_task_btf()->rcu_users.refs.counter;
}

SEC("syscall") int count(void *ctx)
{
	before = references();
	return 0;
}

SEC("syscall") int holders(void *ctx)
{
	now = references();
	return 0;
}
