// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "kernel-test.h"

FIBER_CONTEXT(sys_enter, struct trace_event_raw_sys_enter);

FIBER_MAP(frames, sleeps, BPF_MAP_TYPE_HASH, __u64, 4);

FIBER int sleeps(struct trace_event_raw_sys_enter *ctx)
{
	co_await sleep_ns(1000);
	co_return 0;
}

SEC("tracepoint/syscalls/sys_enter_clock_nanosleep")
int deliver(struct trace_event_raw_sys_enter *ctx)
{
	__u64 thread = bpf_get_current_pid_tgid();

	return fiber_spawn(&frames, sleeps, &thread, ctx, FIBER_REFUSE, 0);
}

// EXPLAIN: error: program 'deliver': this program type may not use a map that has timers in it
// EXPLAIN: note: the verifier says (check_map_prog_compatibility()): tracing progs cannot use bpf_timer yet
// EXPLAIN: note: a fiber of such programs cannot use sleep_ns() or next_packet_or_timeout()
