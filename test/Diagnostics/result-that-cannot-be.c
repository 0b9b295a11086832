// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A timer is no packet.
// RUN: %diagnosed
#include "fiber.h"

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
#ifdef WRONG
	if (co_await sleep_ns(1000) == FIBER_PACKET) // SAYS: warning: this co_await never gives FIBER_PACKET [bpf-fiber-result] // NOTE: it gives FIBER_TIMEOUT
		co_return XDP_DROP;
#else
	if (co_await next_packet_or_timeout(XDP_DROP, 1000) == FIBER_PACKET)
		co_return XDP_DROP;
#endif
	co_return XDP_PASS;
}

DELIVER_PACKETS(f);
