// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * open-latency - how long openat() takes, from its entry to its exit, as one
 * function.
 */
#include "vmlinux.h"
#include <bpf_fiber/fiber.bpf.h>

#include "open-latency.h"

FIBER_CONTEXT(sys_enter, struct trace_event_raw_sys_enter);
FIBER_CONTEXT(sys_exit, struct trace_event_raw_sys_exit);

FIBER_LOCAL_MAP(opens, open_latency, BPF_MAP_TYPE_HASH, __u64, MAX_THREADS);

FIBER int open_latency(struct trace_event_raw_sys_enter *ctx)
{
	__u64 start = bpf_ktime_get_ns();
	struct trace_event_raw_sys_exit *leave = co_await next_event(sys_exit, 0);

	account(bpf_ktime_get_ns() - start, leave->ret);
	co_return 0;
}

/* A thread that was killed inside its last call has left a fiber behind. */
SEC("tracepoint/syscalls/sys_enter_openat")
int enter_openat(struct trace_event_raw_sys_enter *ctx)
{
	__u64 thread = bpf_get_current_pid_tgid();

	return fiber_spawn(&opens, open_latency, &thread, ctx, FIBER_REPLACE, 0);
}

SEC("tracepoint/syscalls/sys_exit_openat")
int exit_openat(struct trace_event_raw_sys_exit *ctx)
{
	__u64 thread = bpf_get_current_pid_tgid();

	return fiber_resume(&opens, open_latency, &thread, ctx, 0);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
