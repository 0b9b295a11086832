// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// -> binds tighter than co_await.
// RUN: %diagnosed
#include "fiber.h"

struct leave_ctx {
	long ret;
};
FIBER_CONTEXT(leave, struct leave_ctx);

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
#ifdef WRONG
	long ret = co_await next_event(leave, 0)->ret; // SAYS: error: operand of co_await is not a call of an awaitable [bpf-fiber-not-awaitable] // NOTE: co_await applies to the whole operand; to await this call write '(co_await next_event(...))'
#else
	long ret = (co_await next_event(leave, 0))->ret;
#endif
	co_return ret;
}

DELIVER_PACKETS(f);

SEC("tp_btf/sys_exit") int leave(struct leave_ctx *ctx)
{
	__u32 key = 0;

	return fiber_resume(&f_frames, f, &key, ctx, 0);
}
