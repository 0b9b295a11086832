// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A reference to what has no destructor is released before the await. It is an
// error too where nothing uses it behind the await: it would be lost.
// RUN: %refused %s | FileCheck %s --implicit-check-not=error: --implicit-check-not=warning:
// RUN: %refused -DLOST %s | FileCheck %s --check-prefix=LOST --implicit-check-not=error:
// RUN: %compile -Werror -DRIGHT -c %s -o %t.o
#include "fiber.h"

struct file {
	unsigned int f_flags;
};
struct task_struct;

extern struct file *bpf_get_task_exe_file(struct task_struct *task) __ksym;
extern void bpf_put_file(struct file *file) __ksym;

FRAMES(holds);

FIBER int holds(void *ctx)
{
	struct task_struct *current = (void *)bpf_get_current_task();
	struct file *file = bpf_get_task_exe_file(current);
	int flags = 0;

	if (!file)
		co_return 1;
#ifdef RIGHT
	flags = file->f_flags;
	bpf_put_file(file);
#endif
	co_await next_event(syscall, 0);
#if !defined(RIGHT) && !defined(LOST)
	flags = file->f_flags;
	bpf_put_file(file);
#endif
	co_return flags;
}

SEC("syscall") int holds_program(void *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&holds_frames, holds, &key, ctx, -1);
}

// CHECK: reference-that-no-map-can-own.c:31:11: error: kernel reference 'file' is held at this co_await, and no map can own it [bpf-fiber-reference-across-await]
// CHECK: reference-that-no-map-can-own.c:22:22: note: it is acquired here by 'bpf_get_task_exe_file()'
// CHECK: reference-that-no-map-can-own.c:33:16: note: it is used here, in another activation
// CHECK: reference-that-no-map-can-own.c:31:11: note: release it before the co_await and acquire it again behind it; if the kernel has a destructor for its type, declare it with FIBER_REFERENCE()
// CHECK: 1 error generated.

// LOST: :31:11: error: kernel reference 'file' is held at this co_await, and no map can own it [bpf-fiber-reference-across-await]
// LOST: 1 error generated.
