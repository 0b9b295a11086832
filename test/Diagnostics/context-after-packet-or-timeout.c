// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Which wake-up came must be looked at.
// RUN: %diagnosed
#include "fiber.h"

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
#ifdef WRONG
	co_await next_packet_or_timeout(XDP_DROP, 1000); // NOTE: it is resumed from this co_await
#else
	if (co_await next_packet_or_timeout(XDP_DROP, 1000) != FIBER_PACKET)
		co_return XDP_PASS;
#endif
	co_return ctx->rx_queue_index; // SAYS: error: fiber 'f' uses its context in code that is resumed by 'timer', where there is no such context [bpf-fiber-no-context]
}

DELIVER_PACKETS(f);
