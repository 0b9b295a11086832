// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Of what is left out one error speaks, with what there should be.
// RUN: %diagnosed
#include "fiber.h"

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
	co_await next_packet(XDP_DROP);
	co_return XDP_PASS;
}

SEC("xdp") int program(struct xdp_md *ctx)
{
	__u32 key = 0;

#ifdef WRONG
	return fiber_deliver(&f_frames, f, &key, ctx); // SAYS: error: 'fiber_deliver' takes (map, fiber, keyp, ctx, refused, args...), and is given 4 operands [bpf-fiber-operand]
#else
	return fiber_deliver(&f_frames, f, &key, ctx, XDP_PASS);
#endif
}
