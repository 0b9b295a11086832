// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A loop that holds a reference yields and indexes an array with its counter:
// the counter is checked in each round, and where it is not what it was, the
// fiber is aborted and the reference released.
// RUN: %everywhere %s %t -fbpf-fiber-quantum=100
#include "kernel-test.h"

extern struct task_struct *bpf_task_acquire(struct task_struct *p) __ksym;
extern void bpf_task_release(struct task_struct *p) __ksym;

FRAMES(counter);

struct count_args {
	__u32 rounds;
};

int before, now;
__u64 table[200];

// DO: run look == 0
// DO: run count ctx=150 == -11
// DO: check frames[0].state == L*_yield
// DO: run look == 0
// DO: check now == before + 1
// DO: run count ctx=0 repeat=100
// DO: check table[149] == 149
// DO: check table[150] == 0
// DO: run look == 0
// DO: check now == before
// DO: run count ctx=150 == -11
// DO: run pretend == 0
// DO: run count ctx=0 == 999
// DO: check counter_counters.aborted == 1
// DO: run look == 0
// DO: check now == before
FIBER int counter(struct count_args *ctx)
{
	__u32 rounds = ctx->rounds;
	struct task_struct *task;

	if (rounds == 0 || rounds > 200)
		co_return 1;
	task = bpf_task_acquire(bpf_get_current_task_btf());
	if (!task)
		co_return -1;
	for (__u32 i = 0; i < rounds; i++) {
		asm volatile("" ::: "memory");
		table[i] = task->pid ? i : 0;
	}
	bpf_task_release(task);
	co_return 7;
}

SEC("syscall") int count(struct count_args *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&frames, counter, &key, ctx, REFUSED);
}

/* The counter is beyond the table. */
SEC("syscall") int pretend(void *ctx)
{
	__u32 key = 0, *words = bpf_map_lookup_elem(&frames, &key);

	if (!words)
		return -1;
	words[1] = ~0;
	return 0;
}

SEC("syscall") int look(void *ctx)
{
	now = bpf_get_current_task_btf()->rcu_users.refs.counter;
	if (!before)
		before = now;
	return 0;
}
