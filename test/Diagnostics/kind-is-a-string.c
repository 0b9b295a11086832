// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// next_event() makes a type of the kind.
// RUN: %diagnosed
#include "fiber.h"

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
#ifdef WRONG
	co_await next_event("xdp", XDP_DROP); // SAYS: error: 'next_event' takes the name of the kind, not a string [bpf-fiber-operand]
#else
	co_await next_event(xdp, XDP_DROP);
#endif
	co_return XDP_PASS;
}

DELIVER_PACKETS(f);
