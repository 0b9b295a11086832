// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// An awaited fiber is called like a function, with what it takes.
// RUN: %diagnosed
#include "fiber.h"

FRAMES(f);

FIBER int child(struct xdp_md *ctx, __u32 verdict, __u64 ns)
{
	co_return co_await next_packet_or_timeout(verdict, ns);
}

FIBER int f(struct xdp_md *ctx)
{
#ifdef WRONG
	co_await child(ctx, XDP_DROP); // SAYS: error: fiber 'child' takes (struct xdp_md *ctx, __u32 verdict, __u64 ns), and is given 2 arguments [bpf-fiber-operand]
	co_await child(ctx, XDP_DROP, 1000, 7); // SAYS: error: fiber 'child' takes (struct xdp_md *ctx, __u32 verdict, __u64 ns), and is given 4 arguments [bpf-fiber-operand]
	co_return co_await fiber_guard(child(), 0); // SAYS: error: fiber 'child' takes (struct xdp_md *ctx, __u32 verdict, __u64 ns), and is given no arguments [bpf-fiber-operand]
#else
	co_await child(ctx, XDP_DROP, 1000);
	co_return co_await fiber_guard(child(ctx, XDP_DROP, 1000), 0);
#endif
}

DELIVER_PACKETS(f);
