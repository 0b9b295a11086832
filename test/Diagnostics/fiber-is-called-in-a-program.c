// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A fiber is run by the verbs.
// RUN: %diagnosed
#include "fiber.h"

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
	co_return XDP_PASS;
}

SEC("xdp") int program(struct xdp_md *ctx)
{
	__u32 key = 0;

#ifdef WRONG
	f(ctx); // SAYS: error: fiber 'f' cannot be called like a function [bpf-fiber-called]
#endif
	return fiber_deliver(&f_frames, f, &key, ctx, XDP_PASS);
}
