// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Where a reference was found to be NULL none is held: an await there is right,
// though no map can own the reference.
// RUN: %compile -Werror -c %s -o %t.o
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

	if (!file) {
		co_await next_event(syscall, 0);
		co_return 1;
	}
	flags = file->f_flags;
	bpf_put_file(file);
	co_return flags;
}

SEC("syscall") int holds_program(void *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&holds_frames, holds, &key, ctx, -1);
}
