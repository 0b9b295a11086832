// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A local hides the map of its name.
// RUN: %diagnosed
#include "fiber.h"

FRAMES(f);
FIBER_CONTEXT_NAMED(other, struct xdp_md);

FIBER int f(struct xdp_md *ctx)
{
	co_await next_event(other, XDP_DROP);
	co_return XDP_PASS;
}

DELIVER_PACKETS(f);

SEC("xdp") int program(struct xdp_md *ctx)
{
	__u32 key = 0;

#ifdef WRONG
	int f_frames = XDP_PASS;

	return fiber_resume_in("other", &f_frames, f, &key, ctx, f_frames); // SAYS: error: 'f_frames' is a local variable here, not the map of that name: rename it [bpf-fiber-operand]
#else
	int refused = XDP_PASS;

	return fiber_resume_in("other", &f_frames, f, &key, ctx, refused);
#endif
}
