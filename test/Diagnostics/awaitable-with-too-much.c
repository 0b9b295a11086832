// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A verdict that may be left out is still one.
// RUN: %diagnosed
#include "fiber.h"

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
#ifdef WRONG
	co_await sleep_ns(1000, XDP_DROP, 7); // SAYS: error: 'sleep_ns' takes (ns, verdict...), and is given 3 operands [bpf-fiber-operand]
	co_await defer(XDP_DROP, 1000); // SAYS: error: 'defer' takes (verdict...), and is given 2 operands [bpf-fiber-operand]
#else
	co_await sleep_ns(1000, XDP_DROP);
	co_await defer(XDP_DROP);
#endif
	co_return XDP_PASS;
}

DELIVER_PACKETS(f);
