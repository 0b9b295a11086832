// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * task-watch as a pair of programs: the first leaves a reference to the parent
 * and a time stamp in a map for the second.
 *
 * The key is the process, which is born once before it ends once: no two CPUs
 * are ever at the same element, and it needs no claim.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

#include "task-watch.h"

extern struct task_struct *bpf_task_acquire(struct task_struct *task) __ksym;
extern void bpf_task_release(struct task_struct *task) __ksym;

struct process {
	struct task_struct __kptr *parent;
	__u32 born_ms;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_PROCESSES);
	__type(key, __u32);
	__type(value, struct process);
} processes SEC(".maps");

struct {
	__u64 full;
	__u64 absent;
	__u64 aborted;
} counters;

/* An element cannot be inserted with a reference in it. */
static const __u64 empty[sizeof(struct process) / sizeof(__u64)];

SEC("tp_btf/sched_process_fork") int born(unsigned long long *ctx)
{
	struct task_struct *child = (struct task_struct *)ctx[1], *parent, *old;
	struct process *process;
	__u32 pid = child->pid;
	__u32 now;

	if (pid != child->tgid) /* a thread */
		return 0;
	parent = bpf_task_acquire((struct task_struct *)ctx[0]);
	now = now_ms();
	if (!parent)
		return 0;
	/* Whatever is left there is released. */
	if (bpf_map_update_elem(&processes, &pid, empty, BPF_ANY)) {
		__sync_fetch_and_add(&counters.full, 1);
		bpf_task_release(parent);
		return 0;
	}
	process = bpf_map_lookup_elem(&processes, &pid);
	if (!process) {
		bpf_task_release(parent);
		return 0;
	}
	process->born_ms = now;
	old = bpf_kptr_xchg(&process->parent, parent);
	if (old)
		bpf_task_release(old);
	return 0;
}

SEC("tp_btf/sched_process_exit") int ended(unsigned long long *ctx)
{
	struct task_struct *task = (struct task_struct *)ctx[0], *parent;
	__u32 pid = task->pid;
	struct process *process = bpf_map_lookup_elem(&processes, &pid);

	if (!process) {
		__sync_fetch_and_add(&counters.absent, 1);
		return 0;
	}
	parent = bpf_kptr_xchg(&process->parent, NULL);
	if (!parent) {
		__sync_fetch_and_add(&counters.aborted, 1);
		bpf_map_delete_elem(&processes, &pid);
		return 0;
	}
	account(parent, now_ms() - process->born_ms);
	bpf_task_release(parent);
	bpf_map_delete_elem(&processes, &pid);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
