// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A fiber that nothing starts never runs.
// RUN: %diagnosed
#include "fiber.h"

FRAMES(f);

FIBER int f(struct xdp_md *ctx) // SAYS: warning: fiber 'f' is never started [bpf-fiber-unused] // NOTE: start it with fiber_spawn() or fiber_deliver(), or mark it __attribute__((unused))
{
	co_await next_packet(XDP_DROP);
	co_return XDP_PASS;
}

SEC("xdp") int program(struct xdp_md *ctx)
{
	__u32 key = 0;

#ifdef WRONG
	return fiber_resume(&f_frames, f, &key, ctx, XDP_PASS);
#else
	return fiber_deliver(&f_frames, f, &key, ctx, XDP_PASS);
#endif
}
