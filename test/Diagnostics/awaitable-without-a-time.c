// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What is left out of a function, and out of a macro.
// RUN: %diagnosed
#include "fiber.h"

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
#ifdef WRONG
	co_await next_packet_or_timeout(XDP_PASS); // SAYS: error: 'next_packet_or_timeout' takes (verdict, ns), and is given 1 operand [bpf-fiber-operand]
	co_await next_event(xdp); // SAYS: error: 'next_event' takes (kind, verdict), and is given 1 operand [bpf-fiber-operand]
#else
	co_await next_packet_or_timeout(XDP_PASS, 1000);
	co_await next_event(xdp, XDP_PASS);
#endif
	co_return XDP_PASS;
}

DELIVER_PACKETS(f);
