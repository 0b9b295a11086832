// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A reference that is used behind an await and was released before it on some
// path is an error; set to NULL where it is released it is none.
// RUN: %refused %s | FileCheck %s --implicit-check-not=error: --implicit-check-not=warning:
// RUN: %compile -Werror -DRIGHT -c %s -o %t.o
#include "fiber.h"

struct task_struct {
	int tgid;
};
struct args {
	int pid, give_up;
};

extern struct task_struct *bpf_task_from_pid(int pid) __ksym;
extern void bpf_task_release(struct task_struct *task) __ksym;

FRAMES(holds);

FIBER int holds(struct args *ctx)
{
	struct task_struct *task = bpf_task_from_pid(ctx->pid);

	if (!task)
		co_return 1;
	if (ctx->give_up) {
		bpf_task_release(task);
#ifdef RIGHT
		task = NULL;
#endif
	}
	co_await next_packet(0);
	if (task)
		bpf_task_release(task);
	co_return 0;
}

SEC("syscall") int holds_program(struct args *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&holds_frames, holds, &key, ctx, -1);
}

// CHECK: reference-that-may-be-released.c:32:11: error: kernel reference 'task' is used behind this co_await, but may have been released before [bpf-fiber-reference-released]
// CHECK: reference-that-may-be-released.c:22:29: note: it is acquired here by 'bpf_task_from_pid()'
// CHECK: reference-that-may-be-released.c:34:3: note: it is used here, in another activation
// CHECK: reference-that-may-be-released.c:32:11: note: set the variable to NULL where you release it
// CHECK: 1 error generated.
