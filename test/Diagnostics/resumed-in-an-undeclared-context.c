// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A context of an undeclared type is one of kind syscall.
// RUN: %diagnosed
#include "fiber.h"

struct hook_args {
	long ret;
};

#ifdef WRONG
FIBER_CONTEXT_NAMED(hook, struct hook_args);
#else
FIBER_CONTEXT(hook, struct hook_args);
#endif
FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
	long ret = 0;

	do
		ret = ctx->rx_queue_index;
	while (co_await next_packet(XDP_DROP), ret);
	co_await next_event(hook, XDP_DROP);
	co_return XDP_PASS;
}

DELIVER_PACKETS(f);

SEC("raw_tp/hook") int hooked(struct hook_args *args)
{
	__u32 key = 0;

#ifdef WRONG
	fiber_resume_in("hook", &f_frames, f, &key, args, 0);
#endif
	return fiber_resume(&f_frames, f, &key, args, 0); // SAYS: warning: this never resumes fiber 'f': none of its awaits waits for context 'syscall' [bpf-fiber-never-awaited] // NOTE: a context whose type no FIBER_CONTEXT() declares is of kind 'syscall'
}
