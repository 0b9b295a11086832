// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A timer has no packet.
// RUN: %diagnosed
#include "fiber.h"

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
	__u32 queue;

#ifdef WRONG
	co_await sleep_ns(1000, XDP_DROP); // NOTE: it is resumed from this co_await
	queue = ctx->rx_queue_index; // SAYS: error: fiber 'f' uses its context in code that is resumed by 'timer', where there is no such context [bpf-fiber-no-context]
#else
	queue = ctx->rx_queue_index;
	co_await sleep_ns(1000, XDP_DROP);
#endif
	co_return queue;
}

DELIVER_PACKETS(f);
