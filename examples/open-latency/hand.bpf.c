// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * open-latency as the usual pair of programs: the first leaves a time stamp in
 * a map for the second.
 *
 * The key is the thread, which is in one place at a time: no two CPUs are ever
 * at the same element, and it needs no claim.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

#include "open-latency.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_THREADS);
	__type(key, __u64);
	__type(value, __u64);		/* when the call began */
} opens SEC(".maps");

struct {
	__u64 full;
	__u64 absent;
} counters;

/* A thread that was killed inside its last call has left its stamp behind. */
SEC("tracepoint/syscalls/sys_enter_openat")
int enter_openat(struct trace_event_raw_sys_enter *ctx)
{
	__u64 thread = bpf_get_current_pid_tgid();
	__u64 start = bpf_ktime_get_ns();

	if (bpf_map_update_elem(&opens, &thread, &start, BPF_ANY))
		__sync_fetch_and_add(&counters.full, 1);
	return 0;
}

SEC("tracepoint/syscalls/sys_exit_openat")
int exit_openat(struct trace_event_raw_sys_exit *ctx)
{
	__u64 thread = bpf_get_current_pid_tgid();
	__u64 *start = bpf_map_lookup_elem(&opens, &thread);

	if (!start) {
		__sync_fetch_and_add(&counters.absent, 1);
		return 0;
	}
	account(bpf_ktime_get_ns() - *start, ctx->ret);
	bpf_map_delete_elem(&opens, &thread);
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
