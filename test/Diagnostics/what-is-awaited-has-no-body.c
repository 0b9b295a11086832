// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// An awaitable is inlined, so its body must be there.
// RUN: %diagnosed
#include "fiber.h"

long rest(void); // NOTE: 'rest' has no body in this file; an awaitable is an always-inline function that ends in __fiber_suspend()

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
#ifdef WRONG
	co_await rest(); // SAYS: error: 'rest' is not awaitable [bpf-fiber-not-awaitable]
#else
	rest();
	co_await next_packet(XDP_DROP);
#endif
	co_return XDP_PASS;
}

DELIVER_PACKETS(f);
