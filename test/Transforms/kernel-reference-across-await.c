// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A reference that a kfunc acquired is released before the await; what a probe
// may read is a number and may be kept.
// RUN: %refused %s | FileCheck %s --implicit-check-not=error: --implicit-check-not=warning:
// RUN: %compile -Werror -DRIGHT -c %s -o %t.o
#include "fiber.h"

struct task_struct {
	int tgid;
	struct task_struct *real_parent;
};

extern struct task_struct *bpf_task_from_pid(int pid) __ksym;
extern void bpf_task_release(struct task_struct *task) __ksym;

FRAMES(holds);

FIBER int holds(void *ctx)
{
	struct task_struct *task = bpf_task_from_pid(1), *parent;
	struct task_struct *current = (void *)bpf_get_current_task();
	int tgid;

	if (!task)
		co_return 1;
	bpf_probe_read_kernel(&parent, sizeof(parent), &current->real_parent);
#ifdef RIGHT
	tgid = task->tgid;
	bpf_task_release(task);
#endif
	co_await next_event(syscall, 0);
#ifndef RIGHT
	tgid = task->tgid;
	bpf_task_release(task);
#endif
	bpf_probe_read_kernel(&tgid, sizeof(tgid), &parent->tgid);
	co_return tgid;
}

SEC("syscall") int holds_program(void *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&holds_frames, holds, &key, ctx, -1);
}

// CHECK: kernel-reference-across-await.c:31:11: error: kernel reference 'task' does not survive this co_await [bpf-fiber-pointer-across-await]
// CHECK: kernel-reference-across-await.c:20:29: note: it comes from here
// CHECK: kernel-reference-across-await.c:33:15: note: it is used here, in another activation
// CHECK: kernel-reference-across-await.c:31:11: note: release it before the co_await and acquire it again behind it
// CHECK: 1 error generated.
