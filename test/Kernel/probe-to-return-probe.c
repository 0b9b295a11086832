// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A fiber from a function's entry to its return. Probes of user space here,
// because every kernel has them; those of the kernel are of the same type.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FIBER_CONTEXT(entry, struct pt_regs);
FIBER_CONTEXT_NAMED(ret, struct pt_regs);

FIBER_LOCAL_MAP(calls, one_call, BPF_MAP_TYPE_HASH, __u64, 64);

__u64 entered, left, wrong;

// DO: attach leave
// DO: attach enter
// DO: shell setarch $(uname -m) true
// DO: check entered > 0
// DO: check left - entered == 0
// DO: check wrong == 0
// DO: check #calls == 0
FIBER int one_call(struct pt_regs *ctx)
{
	/* Any of them: what they are called depends on the machine. */
	unsigned long before = *((unsigned long *)ctx + 3);
	struct pt_regs *regs = co_await next_event(ret, 0);

	__sync_fetch_and_add(&left, 1);
	if (!regs || before == *((unsigned long *)regs + 3) + 1)
		__sync_fetch_and_add(&wrong, 1);
	co_return 0;
}

SEC("uprobe/libc.so.6:personality") int enter(struct pt_regs *ctx)
{
	__u64 thread = bpf_get_current_pid_tgid();

	__sync_fetch_and_add(&entered, 1);
	return fiber_spawn(&calls, one_call, &thread, ctx, FIBER_REPLACE, 0);
}

SEC("uretprobe/libc.so.6:personality") int leave(struct pt_regs *ctx)
{
	__u64 thread = bpf_get_current_pid_tgid();

	return fiber_resume_in("ret", &calls, one_call, &thread, ctx, 0);
}
