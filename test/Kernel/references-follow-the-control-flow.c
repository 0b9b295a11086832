// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A reference may be held on some paths only, replaced by another one, given up
// before an await and acquired again, and held when the fiber ends: it is
// released exactly once on every path.
// RUN: %everywhere %s %t
#include "kernel-test.h"

extern struct task_struct *bpf_task_acquire(struct task_struct *p) __ksym;
extern struct task_struct *bpf_task_from_pid(s32 pid) __ksym;
extern void bpf_task_release(struct task_struct *p) __ksym;

FRAMES(walker);

int before, now;

static __always_inline int references(void)
{
	return bpf_get_current_task_btf()->rcu_users.refs.counter;
}

static __always_inline struct task_struct *self(void)
{
	return bpf_task_acquire(bpf_get_current_task_btf());
}


// Held on one path only.
// DO: run count == 0
// DO: run deliver port=10 == 0
// DO: run deliver port=1 == 0
// DO: run deliver port=1 == 100
// DO: run holders == 0
// DO: check now == before
// DO: run deliver port=11 == 0
// DO: run holders == 0
// DO: check now == before + 1
// DO: run deliver port=1 == 0
// DO: run holders == 0
// DO: check now == before + 1
// DO: run deliver port=1 == 101
// DO: run holders == 0
// DO: check now == before
// Replaced by another one in each round.
// DO: run deliver port=20 == 0
// DO: run deliver port=1 == 0
// DO: run deliver port=1 == 0
// DO: run deliver port=1 == 0
// DO: run holders == 0
// DO: check now == before + 1
// DO: run deliver port=2 == 203
// DO: run holders == 0
// DO: check now == before
// Held when the fiber ends, early or late.
// DO: run deliver port=30 == 0
// DO: run deliver port=1 == 300
// DO: run holders == 0
// DO: check now == before
// DO: run deliver port=30 == 0
// DO: run deliver port=2 == -1
// DO: run holders == 0
// DO: check now == before
// DO: run deliver port=39 == 390
// DO: run holders == 0
// DO: check now == before
// Released before an await, and acquired again.
// DO: run deliver port=40 == 0
// DO: run holders == 0
// DO: check now == before
// DO: run deliver port=1 == 0
// DO: run holders == 0
// DO: check now == before + 1
// DO: run deliver port=1 == 400
// DO: run holders == 0
// DO: check now == before
// Two at once, one of which is used up first; ended by abort.
// DO: run deliver port=50 == 0
// DO: run holders == 0
// DO: check now == before + 2
// DO: run deliver port=1 == 0
// DO: run holders == 0
// DO: check now == before + 1
// DO: run deliver port=1 == 999
// DO: check walker_counters.aborted == 1
// DO: run holders == 0
// DO: check now == before
// DO: check #frames == 0
FIBER int walker(struct xdp_md *ctx)
{
	struct task_struct *task = NULL, *other;
	int what = number(ctx), rounds = 0;

	switch (what) {
	case 10:
	case 11:
		if (what & 1)
			task = self();
		co_await next_packet(0);
		if (task)
			what = task->pid ? 101 : 102;
		else
			what = 100;
		co_await next_packet(0);
		if (task)
			bpf_task_release(task);
		co_return what;
	case 20:
		task = self();
		if (!task)
			co_return 298;
		do {
			co_await next_packet(0);
			other = self();
			if (!other)
				break;
			bpf_task_release(task);
			task = other;
			rounds += task->pid != 0;
		} while (number(ctx) == 1);
		bpf_task_release(task);
		co_return 200 + rounds - 1;
	case 30:
		task = self();
		if (!task)
			co_return 398;
		co_await next_packet(0);
		if (number(ctx) == 1)
			co_return 300 + !task->pid;
		co_return -1;
	case 39:
		task = self();
		co_return 390;
	case 40:
		task = self();
		if (!task)
			co_return 498;
		rounds = task->pid;
		bpf_task_release(task);
		co_await next_packet(0);
		task = bpf_task_from_pid(rounds);
		if (!task)
			co_return 499;
		co_await next_packet(0);
		rounds -= task->pid;
		bpf_task_release(task);
		co_return 400 + rounds;
	case 50:
		task = self();
		if (!task)
			co_return 598;
		other = self();
		if (!other) {
			bpf_task_release(task);
			co_return 599;
		}
		co_await next_packet(0);
		rounds = other->pid;
		bpf_task_release(other);
		co_await next_packet(0);
		if (rounds == task->pid)
			__fiber_abort();
		bpf_task_release(task);
		co_return 500;
	}
	co_return 900;
}

DELIVER_PACKETS(walker)

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
