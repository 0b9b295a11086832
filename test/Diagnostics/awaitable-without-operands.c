// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What a macro makes of nothing is no matter of the user's.
// RUN: %diagnosed
#include "fiber.h"

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
#ifdef WRONG
	co_await sleep_ns(); // SAYS: error: 'sleep_ns' takes (ns, verdict...), and is given no operands [bpf-fiber-operand]
	co_await next_packet(); // SAYS: error: 'next_packet' takes (verdict), and is given no operands [bpf-fiber-operand]
#else
	co_await sleep_ns(1000);
	co_await next_packet(XDP_PASS);
#endif
	co_return XDP_PASS;
}

DELIVER_PACKETS(f);
