// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// C says nothing about which comes first.
// RUN: %diagnosed
#include "fiber.h"

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
	long sum;

#ifdef WRONG
	sum = co_await next_packet(1) + co_await next_packet(2); // SAYS: error: two awaits in one expression, in an order that C leaves open [bpf-fiber-evaluation-order]
#else
	sum = co_await next_packet(1);
	sum += co_await next_packet(2);
#endif
	co_return sum;
}

DELIVER_PACKETS(f);
