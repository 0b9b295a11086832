// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A fiber has a map.
// RUN: %diagnosed
#include "fiber.h"

#ifndef WRONG
FRAMES(f);
#endif

FIBER int f(struct xdp_md *ctx)
{
	co_await next_packet(XDP_DROP);
	co_return XDP_PASS;
}

SEC("xdp") int program(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&f_frames, f, &key, ctx, XDP_PASS); // SAYS: error: map 'f_frames' is not declared [bpf-fiber-undeclared] // NOTE: declare it at file scope, before the verbs: FIBER_MAP(f_frames, fiber, BPF_MAP_TYPE_HASH, key type, entries);
}
