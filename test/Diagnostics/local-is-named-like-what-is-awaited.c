// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A local hides the fiber or the awaitable that is called.
// RUN: %diagnosed
#include "fiber.h"

FRAMES(f);

FIBER int child(struct xdp_md *ctx)
{
	co_return co_await next_packet(XDP_DROP);
}

FIBER int f(struct xdp_md *ctx)
{
#ifdef WRONG
	int child = 0, next_packet = 1;

	co_await child(ctx); // SAYS: error: 'child' is a local variable here, not the fiber of that name: rename it [bpf-fiber-operand]
	co_await next_packet(next_packet); // SAYS: error: 'next_packet' is a local variable here, not the awaitable of that name: rename it [bpf-fiber-operand]
#else
	int verdict = 1;

	co_await child(ctx);
	co_await next_packet(verdict);
#endif
	co_return XDP_PASS;
}

DELIVER_PACKETS(f);
