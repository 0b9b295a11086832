// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The kernel would read behind a key that is too small.
// RUN: %diagnosed
// OPTIONS: -Wno-compare-distinct-pointer-types
#include "fiber.h"

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
	co_await next_packet(XDP_DROP);
	co_return XDP_PASS;
}

SEC("xdp") int program(struct xdp_md *ctx)
{
#ifdef WRONG
	__u16 key = 0;
#else
	__u32 key = 0;
#endif

	return fiber_deliver(&f_frames, f, &key, ctx, XDP_PASS); // SAYS: error: the key is not of the type that the map's keys have: use a variable of the type that FIBER_MAP() names [bpf-fiber-key]
}
