// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What a verb names has been declared before.
// RUN: %diagnosed
#include "fiber.h"

FRAMES(f);

#ifndef WRONG
FIBER int f(struct xdp_md *ctx);
#endif

SEC("xdp") int program(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&f_frames, f, &key, ctx, XDP_PASS); // SAYS: error: fiber 'f' is not declared [bpf-fiber-undeclared] // NOTE: the fiber, or its prototype 'FIBER int f(...);', stands before the verbs that name it
}

#ifndef WRONG
FIBER int f(struct xdp_md *ctx)
{
	co_await next_packet(XDP_DROP);
	co_return XDP_PASS;
}
#endif
