// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The kind of a verb is a string, that of next_event() a name.
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
	return fiber_resume_in(other, &f_frames, f, &key, ctx, XDP_PASS); // SAYS: error: 'fiber_resume_in' takes the kind as a string: '"other"' [bpf-fiber-operand]
#else
	return fiber_resume_in("other", &f_frames, f, &key, ctx, XDP_PASS);
#endif
}
