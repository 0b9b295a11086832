// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Nor has a work item.
// RUN: %diagnosed
#include "fiber.h"

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
	__u32 queue;

#ifdef WRONG
	co_await defer(XDP_DROP); // NOTE: it is resumed from this co_await
	queue = ctx->rx_queue_index; // SAYS: error: fiber 'f' uses its context in code that is resumed by 'wq', where there is no such context [bpf-fiber-no-context]
#else
	queue = ctx->rx_queue_index;
	co_await defer(XDP_DROP);
#endif
	co_return queue;
}

DELIVER_PACKETS(f);
