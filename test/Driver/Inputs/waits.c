// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* A fiber that suspends, and keeps a number. */
#include "../../Transforms/Inputs/fiber.h"

FRAMES(waits);

FIBER int waits(struct xdp_md *ctx)
{
	__u32 queue = ctx->rx_queue_index;

	co_await next_packet(XDP_DROP);
	co_return ctx->rx_queue_index == queue;
}

DELIVER_PACKETS(waits);
