// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// One fiber from the entry to the exit of a system call, with each event's own
// context.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FIBER_CONTEXT(sys_enter, struct trace_event_raw_sys_enter);
FIBER_CONTEXT(sys_exit, struct trace_event_raw_sys_exit);

FIBER_MAP(calls, one_call, BPF_MAP_TYPE_HASH, __u64, 1024);


int entered, pairs_of_one_thread;

// DO: attach leave
// DO: attach enter
// DO: shell setarch $(uname -m) true
// DO: check entered >= 1
// DO: check pairs_of_one_thread - entered == 0
// DO: wait #calls == 0
FIBER int one_call(struct trace_event_raw_sys_enter *ctx)
{
	__u64 self = *(const __u64 *)fiber_self();
	/* 32 bits: the kernel leaves the upper half as it was */
	int number = ctx->id;
	struct trace_event_raw_sys_exit *exit;

	__sync_fetch_and_add(&entered, 1);
	exit = co_await next_event(sys_exit, 0);
	if ((int)exit->id == number && self == bpf_get_current_pid_tgid())
		__sync_fetch_and_add(&pairs_of_one_thread, 1);
	co_return 0;
}

SEC("tracepoint/syscalls/sys_enter_personality")
int enter(struct trace_event_raw_sys_enter *ctx)
{
	__u64 thread = bpf_get_current_pid_tgid();

	return fiber_spawn(&calls, one_call, &thread, ctx, FIBER_REPLACE, 0);
}

SEC("tracepoint/syscalls/sys_exit_personality")
int leave(struct trace_event_raw_sys_exit *ctx)
{
	__u64 thread = bpf_get_current_pid_tgid();

	return fiber_resume(&calls, one_call, &thread, ctx, 0);
}
