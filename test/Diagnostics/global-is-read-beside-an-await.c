// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Others write a global variable while the fiber is suspended.
// RUN: %diagnosed
#include "fiber.h"

long total;

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
#ifdef WRONG
	total += co_await next_packet(XDP_DROP); // SAYS: error: C leaves open whether another operand is evaluated before or after this await [bpf-fiber-evaluation-order]
#else
	long which = co_await next_packet(XDP_DROP);

	total += which;
#endif
	co_return XDP_PASS;
}

DELIVER_PACKETS(f);
