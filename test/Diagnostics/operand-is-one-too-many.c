// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// More than a macro takes.
// RUN: %diagnosed
#include "fiber.h"

FRAMES(f);
FIBER_CONTEXT_NAMED(other, struct xdp_md);

FIBER int f(struct xdp_md *ctx)
{
	co_await next_event(other, XDP_DROP);
	co_return XDP_PASS;
}

DELIVER_PACKETS(f);

SEC("xdp") int program(struct xdp_md *ctx)
{
	__u32 key = 0;

#ifdef WRONG
	return fiber_resume_in("other", &f_frames, f, &key, ctx, XDP_PASS, 1); // SAYS: error: 'fiber_resume_in' takes (kind, map, fiber, keyp, ctx, refused), and is given 7 operands [bpf-fiber-operand]
#else
	return fiber_resume_in("other", &f_frames, f, &key, ctx, XDP_PASS);
#endif
}
