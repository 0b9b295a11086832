// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// co_await binds like a cast.
// RUN: %diagnosed
#include "fiber.h"

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
	long now = XDP_DROP;

#ifdef WRONG
	now = co_await (now + 1); // SAYS: error: operand of co_await is not a call of an awaitable [bpf-fiber-not-awaitable]
#else
	now = co_await next_packet(now);
#endif
	co_return now;
}

DELIVER_PACKETS(f);
