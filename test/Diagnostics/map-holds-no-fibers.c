// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A fiber is not one per CPU.
// RUN: %diagnosed
#include "fiber.h"

#ifdef WRONG
#define BPF_MAP_TYPE_PERCPU_HASH 5
#define TYPE BPF_MAP_TYPE_PERCPU_HASH
#else
#define TYPE BPF_MAP_TYPE_LRU_HASH
#endif

FIBER_MAP(frames, f, TYPE, __u32, 16); // SAYS: error: fibers live in a map of type BPF_MAP_TYPE_HASH, _LRU_HASH or _ARRAY [bpf-fiber-map-type]

FIBER int f(struct xdp_md *ctx)
{
	co_await next_packet(XDP_DROP);
	co_return XDP_PASS;
}

SEC("xdp") int program(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&frames, f, &key, ctx, XDP_PASS);
}
