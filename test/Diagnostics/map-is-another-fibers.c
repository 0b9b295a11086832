// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// And a map has a fiber.
// RUN: %diagnosed
#include "fiber.h"

FRAMES(f);
#ifndef WRONG
FRAMES(g);
#endif

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

SEC("xdp") int program(struct xdp_md *ctx)
{
	__u32 key = 0;

#ifdef WRONG
	return fiber_deliver(&f_frames, g, &key, ctx, XDP_PASS); // SAYS: error: fiber 'g' has no FIBER_MAP() for its frames [bpf-fiber-undeclared] // NOTE: declare it at file scope, before the verbs: FIBER_MAP(name, g, BPF_MAP_TYPE_HASH, key type, entries);
#else
	return fiber_deliver(&g_frames, g, &key, ctx, XDP_PASS);
#endif
}
