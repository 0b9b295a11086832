// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Then the map is taken for the kind.
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
	return fiber_deliver_in(&f_frames, f, &key, ctx, XDP_PASS, 0); // SAYS: error: 'f' is not a map: 'fiber_deliver_in' takes (kind, map, fiber, keyp, ctx, refused, args...), in this order [bpf-fiber-operand]
#else
	return fiber_resume_in("other", &f_frames, f, &key, ctx, XDP_PASS);
#endif
}
