// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Nor may a fiber become a part of itself through another one.
// RUN: %diagnosed
#include "fiber.h"

FRAMES(f);

#ifdef WRONG
FIBER int f(struct xdp_md *ctx);
#endif

FIBER int g(struct xdp_md *ctx)
{
	co_await next_packet(XDP_DROP);
#ifdef WRONG
	co_await f(ctx); // SAYS: error: fiber 'g' awaits itself through 'f' [bpf-fiber-recursion]
#endif
	co_return XDP_PASS;
}

FIBER int f(struct xdp_md *ctx)
{
	co_return co_await g(ctx); // NOTE: 'f' awaits 'g' here
}

DELIVER_PACKETS(f);
