// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A resume function is made for each kind.
// RUN: %diagnosed
#include "fiber.h"

static const char kinds[2][5] = { "home", "tc" };

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
#ifdef WRONG
	co_await __fiber_suspend(kinds[ctx->rx_queue_index & 1], XDP_DROP, 0); // SAYS: error: what this await waits for is not a constant [bpf-fiber-kind] // NOTE: __fiber_suspend() takes a string literal of kinds
#else
	co_await __fiber_suspend(kinds[0], XDP_DROP, 0);
#endif
	co_return XDP_PASS;
}

DELIVER_PACKETS(f);
