// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A label's address belongs to one function.
// RUN: %diagnosed
#include "fiber.h"

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
#ifdef WRONG
	static const void *const steps[] = { &&even, &&odd };

	co_await next_packet(XDP_DROP);
	goto *steps[ctx->rx_queue_index & 1]; // SAYS: error: computed goto in fiber 'f' [bpf-fiber-computed-goto]
even:
	co_await next_packet(XDP_TX);
odd:
#else
	co_await next_packet(XDP_DROP);
	if (ctx->rx_queue_index & 1)
		goto odd;
	co_await next_packet(XDP_TX);
odd:
#endif
	co_return XDP_PASS;
}

DELIVER_PACKETS(f);
