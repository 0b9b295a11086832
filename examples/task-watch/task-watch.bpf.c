// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * task-watch - a process from its birth to its end, with a reference to the
 * parent it was born to.
 */
#include "vmlinux.h"
#include <bpf_fiber/fiber.bpf.h>

#include "task-watch.h"

extern struct task_struct *bpf_task_acquire(struct task_struct *task) __ksym;
extern void bpf_task_release(struct task_struct *task) __ksym;

FIBER_CONTEXT_NAMED(task_exit, unsigned long long);

FIBER_LOCAL_MAP(processes, task_watch, BPF_MAP_TYPE_HASH, __u32, MAX_PROCESSES);

FIBER int task_watch(unsigned long long *ctx)
{
	struct task_struct *parent = bpf_task_acquire((struct task_struct *)ctx[0]);
	__u32 born_ms = now_ms();

	if (!parent)
		co_return 0;
	co_await next_event(task_exit, 0);
	/* Whoever else has adopted the process: parent is who it was. */
	account(parent, now_ms() - born_ms);
	bpf_task_release(parent);
	co_return 0;
}

/* parent, child */
SEC("tp_btf/sched_process_fork") int born(unsigned long long *ctx)
{
	struct task_struct *child = (struct task_struct *)ctx[1];
	__u32 pid = child->pid;

	if (pid != child->tgid) /* a thread */
		return 0;
	return fiber_spawn(&processes, task_watch, &pid, ctx, FIBER_REPLACE, 0);
}

/* task, whether it is the last of its threads */
SEC("tp_btf/sched_process_exit") int ended(unsigned long long *ctx)
{
	struct task_struct *task = (struct task_struct *)ctx[0];
	__u32 pid = task->pid;

	return fiber_resume_in("task_exit", &processes, task_watch, &pid, ctx, 0);
}

char LICENSE[] SEC("license") = "GPL";
