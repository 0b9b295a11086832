// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Only fibers can wait.
// RUN: %diagnosed
#include "fiber.h"

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
	co_await next_packet(XDP_DROP);
	co_return XDP_PASS;
}

SEC("xdp") int program(struct xdp_md *ctx) // NOTE: 'program' is a program: move what waits into a FIBER function and start it here with fiber_spawn() or fiber_deliver()
{
	__u32 key = 0;

#ifdef WRONG
	co_await next_packet(XDP_DROP); // SAYS: error: 'next_packet' can only be awaited in a fiber, and 'program' is none [bpf-fiber-await-outside-fiber]
#endif
	return fiber_deliver(&f_frames, f, &key, ctx, XDP_PASS);
}
