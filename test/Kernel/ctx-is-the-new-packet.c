// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// After an await ctx is the packet that resumed the fiber, its length too.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(packets);

static __always_inline int length(struct xdp_md *ctx)
{
	return ctx->data_end - ctx->data;
}

// DO: run deliver packet=udp,10.0.0.1:1,10.0.0.2:7,18 == 60
// DO: run deliver packet=udp,10.0.0.1:1,10.0.0.2:8,100 == 142
// DO: run deliver packet=udp,10.0.0.1:1,10.0.0.2:9,20 == 6209
FIBER int packets(struct xdp_md *ctx)
{
	for (int i = 0; i < 2; i++)
		co_await next_packet(length(ctx));
	co_return length(ctx) * 100 + number(ctx);
}

DELIVER_PACKETS(packets)
