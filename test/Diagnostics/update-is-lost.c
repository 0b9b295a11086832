// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What others wrote while it waited is lost.
// RUN: %diagnosed
#include "fiber.h"

__u64 total;

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
#ifdef WRONG
	__u64 seen = total;

	co_await next_packet(XDP_DROP);
	total = seen + ctx->rx_queue_index; // SAYS: warning: 'total' is written with a value that was read before a co_await: what others wrote meanwhile is lost [bpf-fiber-lost-update]
#else
	co_await next_packet(XDP_DROP);
	total = total + ctx->rx_queue_index;
#endif
	co_return XDP_PASS;
}

DELIVER_PACKETS(f);
