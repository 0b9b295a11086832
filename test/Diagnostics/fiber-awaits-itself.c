// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A frame has a fixed size.
// RUN: %diagnosed
#include "fiber.h"

FRAMES(f);

#ifdef WRONG
FIBER int f(struct xdp_md *ctx, int n)
{
	co_await next_packet(XDP_DROP);
	co_return n ? co_await f(ctx, n - 1) : XDP_PASS; // SAYS: error: fiber 'f' awaits itself [bpf-fiber-recursion] // NOTE: a frame has a fixed size and no stack in it: use a loop
}
#else
FIBER int f(struct xdp_md *ctx, int n)
{
	do
		co_await next_packet(XDP_DROP);
	while (n--);
	co_return XDP_PASS;
}
#endif

DELIVER_PACKETS(f, 3);
