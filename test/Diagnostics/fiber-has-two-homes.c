// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The first parameter is of one kind.
// RUN: %diagnosed
#include "fiber.h"

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
	co_await next_packet(XDP_DROP);
	co_await next_event(cpumap, XDP_DROP);
	co_return XDP_PASS;
}

DELIVER_PACKETS(f);

SEC("xdp/cpumap") int other(struct xdp_md *ctx)
{
	__u32 key = 0;

#ifdef WRONG
	return fiber_deliver_in("cpumap", &f_frames, f, &key, ctx, XDP_PASS); // SAYS: error: fiber 'f' is started in context 'cpumap' here and in 'xdp' elsewhere [bpf-fiber-two-homes]
#else
	return fiber_resume_in("cpumap", &f_frames, f, &key, ctx, XDP_PASS);
#endif
}
