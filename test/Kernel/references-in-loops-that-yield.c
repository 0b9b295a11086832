// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A loop that holds a reference yields, and the reference goes on with it: used
// in each round, and replaced in some.
// RUN: %everywhere %s %t -fbpf-fiber-quantum=300
#include "kernel-test.h"

extern struct task_struct *bpf_task_acquire(struct task_struct *p) __ksym;
extern struct task_struct *bpf_task_from_pid(s32 pid) __ksym;
extern void bpf_task_release(struct task_struct *p) __ksym;

FRAMES(counter);

struct count_args {
	__u32 rounds;
};

int before, now;
__u64 sum, finished, table[16];

// DO: run look == 0
// DO: run count ctx=5000 == -11
// DO: check frames[0].state == L*_yield
// DO: run look == 0
// DO: check now == before + 1
// DO: run count ctx=5000 repeat=600
// DO: wait #frames == 0
// DO: check finished > 0
// DO: check sum == 5000
// DO: run look == 0
// DO: check now == before
// DO: check #frames == 0
// DO: check counter_counters.aborted == 0
FIBER int counter(struct count_args *ctx)
{
	__u32 rounds = finished ? 0 : ctx->rounds, pid;
	struct task_struct *task = bpf_task_acquire(bpf_get_current_task_btf()), *next;

	if (!task)
		co_return -1;
	pid = task->pid;
	for (__u32 i = 0; i < rounds; i++) {
		if (task->pid != pid)
			co_return -2;
		if (i % 512 == 511) {
			next = bpf_task_from_pid(pid);
			if (!next)
				co_return -3;
			bpf_task_release(task);
			task = next;
		}
		table[i & 15]++;
		sum++;
	}
	bpf_task_release(task);
	finished++;
	co_return 7;
}

SEC("syscall") int count(struct count_args *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&frames, counter, &key, ctx, REFUSED);
}

SEC("syscall") int look(void *ctx)
{
	now = bpf_get_current_task_btf()->rcu_users.refs.counter;
	if (!before)
		before = now;
	return 0;
}
