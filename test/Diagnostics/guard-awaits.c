// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A guard answers in the activation in which it is asked.
// RUN: %diagnosed
#include "fiber.h"

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
#ifdef WRONG
	co_await fiber_guard(next_packet(XDP_DROP), co_await next_packet(XDP_PASS)); // SAYS: error: 'next_packet' suspends the fiber, which the guard of a fiber_guard() cannot [bpf-fiber-await-in-guard]
#else
	co_await fiber_guard(next_packet(XDP_DROP), ctx->rx_queue_index == 3);
#endif
	co_return XDP_PASS;
}

DELIVER_PACKETS(f);
