// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A verb names its map at compile time.
// RUN: %diagnosed
#include "fiber.h"

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
	co_await next_packet(XDP_DROP);
	co_return XDP_PASS;
}

#ifdef WRONG
__attribute__((noinline))
#else
static __always_inline
#endif
int deliver(struct xdp_md *ctx, typeof(f_frames) *map)
{
	__u32 key = 0;

	return fiber_deliver(map, f, &key, ctx, XDP_PASS); // SAYS: error: the map of fiber 'f' is not known at compile time here [bpf-fiber-verb-operand]
}

SEC("xdp") int program(struct xdp_md *ctx)
{
	return deliver(ctx, &f_frames);
}
