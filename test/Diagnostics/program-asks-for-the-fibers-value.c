// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Only a fiber has been handed a value.
// RUN: %diagnosed
#include "fiber.h"

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
	co_return fiber_value();
}

SEC("xdp") int program(struct xdp_md *ctx)
{
	__u32 key = 0;

#ifdef WRONG
	key = fiber_value(); // SAYS: error: 'fiber_value' can only be called in a fiber, and 'program' is none [bpf-fiber-await-outside-fiber]
#endif
	return fiber_deliver_with(&f_frames, f, &key, ctx, XDP_PASS, 7);
}
