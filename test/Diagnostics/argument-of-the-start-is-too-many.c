// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A fiber gets what its prototype says.
// RUN: %diagnosed
#include "fiber.h"

FRAMES(f);

FIBER int f(struct xdp_md *ctx, __u32 verdict)
{
	co_await next_packet(XDP_DROP);
	co_return verdict;
}

SEC("xdp") int program(struct xdp_md *ctx)
{
	__u32 key = 0;

#ifdef WRONG
	return fiber_deliver(&f_frames, f, &key, ctx, XDP_PASS, XDP_PASS, 1); // SAYS: error: fiber 'f' takes 1 argument after its context, and 'fiber_deliver' is given 2 [bpf-fiber-operand]
#else
	return fiber_deliver(&f_frames, f, &key, ctx, XDP_PASS, XDP_PASS);
#endif
}
