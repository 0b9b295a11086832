// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Some hooks give pointers as numbers in their context. What is accessed through
// one behind an await is a pointer; the number itself may be kept and compared.
// RUN: %refused %s | FileCheck %s --implicit-check-not=error: --implicit-check-not=warning:
// RUN: %compile -Werror -DRIGHT -c %s -o %t.o
#include "fiber.h"

FIBER_CONTEXT(fork, unsigned long long);

struct task_struct {
	int tgid;
};

FRAMES(follows);

FIBER int follows(unsigned long long *ctx)
{
	struct task_struct *task = (void *)ctx[0];
	int tgid = task->tgid;

	co_await next_event(fork, 0);
#ifdef RIGHT
	co_return tgid + ((__u64)task == ctx[0]);
#else
	co_return tgid + task->tgid;
#endif
}

SEC("tp_btf/sched_process_fork") int follows_program(unsigned long long *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&follows_frames, follows, &key, ctx, -1);
}

// CHECK: pointer-in-a-number-across-await.c:21:11: error: pointer 'task' does not survive this co_await [bpf-fiber-pointer-across-await]
// CHECK: pointer-in-a-number-across-await.c:21:11: note: obtain it again behind the co_await
// CHECK: 1 error generated.
