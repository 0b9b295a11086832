// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The start of a fiber cannot call itself.
// RUN: %diagnosed
#include "fiber.h"

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
	__u32 next = 1;

#ifndef WRONG
	co_await next_packet(XDP_DROP);
#endif
	fiber_spawn(&f_frames, f, &next, ctx, FIBER_REFUSE, XDP_PASS); // SAYS: error: fiber 'f' runs itself [bpf-fiber-recursion]
	co_await next_packet(XDP_DROP);
	co_return XDP_PASS;
}

DELIVER_PACKETS(f);
