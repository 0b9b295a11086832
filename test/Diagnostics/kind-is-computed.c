// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A verb names its kind at compile time.
// RUN: %diagnosed
#include "fiber.h"

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
	co_await next_packet(XDP_DROP);
	co_return XDP_PASS;
}

const char kinds[2][7] = { "xdp", "cpumap" };

SEC("xdp") int program(struct xdp_md *ctx)
{
	__u32 key = 0;

#ifdef WRONG
	return fiber_deliver_in(kinds[ctx->rx_queue_index & 1], &f_frames, f, &key, ctx, XDP_PASS); // SAYS: error: the kind of context in which fiber 'f' is run is not a constant name [bpf-fiber-kind]
#else
	return fiber_deliver_in(kinds[0], &f_frames, f, &key, ctx, XDP_PASS);
#endif
}
