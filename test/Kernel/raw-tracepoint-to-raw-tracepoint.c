// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A fiber from the entry of a system call to its exit, in raw tracepoints; both
// have the same context type.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FIBER_CONTEXT(raw_enter, struct bpf_raw_tracepoint_args);
FIBER_CONTEXT_NAMED(raw_exit, struct bpf_raw_tracepoint_args);

FIBER_LOCAL_MAP(calls, one_call, BPF_MAP_TYPE_LRU_HASH, __u64, 1024);

__u64 pairs, good, wrong;

// DO: attach leave
// DO: attach enter
// DO: shell setarch $(uname -m) true
// DO: check pairs > 3
// DO: check good > 1
// DO: check wrong == 0
FIBER int one_call(struct bpf_raw_tracepoint_args *ctx)
{
	__u64 self = *(const __u64 *)fiber_self(), number = ctx->args[1];
	struct bpf_raw_tracepoint_args *exit = co_await next_event(raw_exit, 0);

	__sync_fetch_and_add(&pairs, 1);
	if (self != bpf_get_current_pid_tgid() || number > 4096)
		__sync_fetch_and_add(&wrong, 1);
	if ((long)exit->args[1] >= 0)
		__sync_fetch_and_add(&good, 1);
	co_return 0;
}

static __always_inline bool is_watched(void)
{
	char comm[16] = {};

	bpf_get_current_comm(comm, sizeof(comm));
	return !bpf_strncmp(comm, sizeof(comm), "setarch");
}

SEC("raw_tp/sys_enter") int enter(struct bpf_raw_tracepoint_args *ctx)
{
	__u64 thread = bpf_get_current_pid_tgid();

	if (!is_watched())
		return 0;
	return fiber_spawn(&calls, one_call, &thread, ctx, FIBER_REPLACE, 0);
}

SEC("raw_tp/sys_exit") int leave(struct bpf_raw_tracepoint_args *ctx)
{
	__u64 thread = bpf_get_current_pid_tgid();

	if (!is_watched())
		return 0;
	return fiber_resume_in("raw_exit", &calls, one_call, &thread, ctx, 0);
}
