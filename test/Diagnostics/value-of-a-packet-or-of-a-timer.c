// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What nobody has handed over points to nothing.
// RUN: %diagnosed
#include "fiber.h"

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
#ifdef WRONG
	co_await next_packet_or_timeout(XDP_DROP, 1000); // NOTE: it is resumed from this co_await
	if (*(__u32 *)fiber_value()) // SAYS: error: fiber 'f' uses what fiber_value() points to in code that is resumed by 'timer', which hands nothing over [bpf-fiber-no-value] // NOTE: before this, see what the co_await gave, or whether fiber_value() is 0
		co_return XDP_DROP;
#else
	co_await next_packet_or_timeout(XDP_DROP, 1000);
	if (fiber_value() && *(__u32 *)fiber_value())
		co_return XDP_DROP;
	if (co_await next_packet_or_timeout(XDP_DROP, 1000) == FIBER_PACKET &&
	    *(__u32 *)fiber_value())
		co_return XDP_DROP;
#endif
	co_return XDP_PASS;
}

DELIVER_PACKETS(f);
