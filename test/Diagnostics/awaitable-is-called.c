// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What suspends is called with co_await.
// RUN: %diagnosed
#include "fiber.h"

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
#ifdef WRONG
	next_packet(XDP_DROP); // SAYS: error: 'next_packet' suspends the fiber: call it with co_await [bpf-fiber-missing-await]
#else
	co_await next_packet(XDP_DROP);
#endif
	co_return XDP_PASS;
}

DELIVER_PACKETS(f);
