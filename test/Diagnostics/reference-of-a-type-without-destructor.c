// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// No map can own what the kernel cannot destroy.
// RUN: %diagnosed
#include "fiber.h"

struct file;
extern struct file *bpf_get_task_exe_file(void *task) __ksym;
extern void bpf_put_file(struct file *file) __ksym;

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
#ifdef WRONG
	struct file *file = bpf_get_task_exe_file(0); // NOTE: it is acquired here by 'bpf_get_task_exe_file()'

	if (!file)
		co_return XDP_PASS;
	co_await next_packet(XDP_DROP); // SAYS: error: kernel reference 'file' is held at this co_await, and no map can own it [bpf-fiber-reference-across-await]
	bpf_put_file(file);
#else
	struct file *file = bpf_get_task_exe_file(0);

	if (!file)
		co_return XDP_PASS;
	bpf_put_file(file);
	co_await next_packet(XDP_DROP);
#endif
	co_return XDP_PASS;
}

DELIVER_PACKETS(f);
