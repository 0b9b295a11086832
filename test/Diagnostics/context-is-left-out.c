// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What is left out moves the rest.
// RUN: %diagnosed
#include "fiber.h"

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
	co_await next_packet(XDP_DROP);
	co_return XDP_PASS;
}

SEC("xdp") int program(struct xdp_md *ctx)
{
	__u32 key = 0;

#ifdef WRONG
	return fiber_deliver(&f_frames, f, &key, XDP_PASS, XDP_PASS); // SAYS: error: the context given to 'fiber_deliver' is not a pointer: it is the parameter of the program, or of the fiber, that calls it [bpf-fiber-operand]
#else
	return fiber_deliver(&f_frames, f, &key, ctx, XDP_PASS);
#endif
}
