// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Types of the kernel that lead to many which are only declared forward. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, struct task_struct *);
	__type(value, struct SUBJECT *);
} subjects SEC(".maps");

struct SUBJECT *last;

SEC("fentry/do_nanosleep") int BPF_PROG(nanosleep, struct hrtimer_sleeper *sleeper)
{
	struct task_struct *task = BPF_CORE_READ(sleeper, task, real_parent, group_leader);

	bpf_map_update_elem(&subjects, &task, &last, BPF_ANY);
	return 0;
}

char _license[] SEC("license") = "GPL";
