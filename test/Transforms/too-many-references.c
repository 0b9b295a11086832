// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A map value has room for eleven timers, work items and references.
// RUN: %refused %s | FileCheck %s --implicit-check-not=error: --implicit-check-not=warning:
// RUN: %compile -Werror -DRIGHT -c %s -o %t.o
#include "fiber.h"

struct task_struct;
extern struct task_struct *bpf_task_from_pid(int pid) __ksym;
extern void bpf_task_release(struct task_struct *task) __ksym;

FRAMES(holds);

#define hold(name) \
	__attribute__((unused)) struct task_struct *name = bpf_task_from_pid(1);

FIBER int holds(void *ctx)
{
	hold(a) hold(b) hold(c) hold(d) hold(e) hold(f)
	hold(g) hold(h) hold(i) hold(j)
#ifndef RIGHT
	hold(k)
#endif

	co_await sleep_ns(1000);
	co_return 0;
}

SEC("syscall") int holds_program(void *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&holds_frames, holds, &key, ctx, -1);
}

// CHECK: too-many-references.c:16:1: error: the frame of fiber 'holds' would own 12 timers, work items and references; the kernel allows 11 in a map value [bpf-fiber-too-many-references]
// CHECK: note: release some before the co_await, or keep them in a struct from bpf_obj_new(), which is one reference
// CHECK: 1 error generated.
