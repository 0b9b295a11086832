// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The compiler puts the map's address into a fiber.
// RUN: %diagnosed
#include "fiber.h"

FRAMES(f);
FRAMES(g);

FIBER int f(struct xdp_md *ctx)
{
	co_await next_packet(XDP_DROP);
	co_return XDP_PASS;
}

FIBER int g(struct xdp_md *ctx)
{
	co_await next_packet(XDP_DROP);
	co_return XDP_PASS;
}

DELIVER_PACKETS(f);
DELIVER_PACKETS(g);

SEC("xdp") int other(struct xdp_md *ctx)
{
	__u32 key = 0;

#ifdef WRONG
	return fiber_deliver(&g_frames, f, &key, ctx, XDP_PASS); // SAYS: error: fiber 'f' is used with map 'g_frames' here and with 'f_frames' elsewhere [bpf-fiber-two-maps] // NOTE: a fiber has one FIBER_MAP()
#else
	return fiber_deliver(&f_frames, f, &key, ctx, XDP_PASS);
#endif
}
