// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Another fiber is awaited like an awaitable.
// RUN: %diagnosed
#include "fiber.h"

FIBER int child(struct xdp_md *ctx)
{
	co_await next_packet(XDP_DROP); // NOTE: 'child' suspends here
	co_return XDP_PASS;
}

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
#ifdef WRONG
	child(ctx); // SAYS: error: 'child' suspends the fiber: call it with co_await [bpf-fiber-missing-await]
#else
	co_await child(ctx);
#endif
	co_return XDP_PASS;
}

DELIVER_PACKETS(f);
