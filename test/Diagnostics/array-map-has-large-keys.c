// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The keys of an array are its indices.
// RUN: %diagnosed
#include "fiber.h"

#ifdef WRONG
FIBER_MAP(frames, f, BPF_MAP_TYPE_ARRAY, __u64, 16); // SAYS: error: the key of an ARRAY map is a __u32 [bpf-fiber-key]
#else
FIBER_MAP(frames, f, BPF_MAP_TYPE_ARRAY, __u32, 16);
#endif

FIBER int f(struct xdp_md *ctx)
{
	co_await next_packet(XDP_DROP);
	co_return XDP_PASS;
}

SEC("xdp") int program(struct xdp_md *ctx)
{
	__typeof__(*frames.key) key = 0;

	return fiber_deliver(&frames, f, &key, ctx, XDP_PASS);
}
