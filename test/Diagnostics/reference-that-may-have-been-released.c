// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Whether it is held must not depend on the way.
// RUN: %diagnosed
#include "fiber.h"

struct task_struct {
	int pid;
};
extern struct task_struct *bpf_task_from_pid(int pid) __ksym;
extern void bpf_task_release(struct task_struct *task) __ksym;

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
	struct task_struct *task = bpf_task_from_pid(1); // NOTE: it is acquired here by 'bpf_task_from_pid()'

	if (!task)
		co_return XDP_DROP;
#ifdef WRONG
	if (ctx->rx_queue_index)
		bpf_task_release(task);
#else
	if (ctx->rx_queue_index) {
		bpf_task_release(task);
		task = 0;
	}
#endif
	co_await next_packet(XDP_DROP); // SAYS: error: kernel reference 'task' is used behind this co_await, but may have been released before [bpf-fiber-reference-released]
	if (task)
		bpf_task_release(task);
	co_return XDP_PASS;
}

DELIVER_PACKETS(f);
