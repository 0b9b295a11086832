// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A macro of the user's around a verb is theirs.
// RUN: %diagnosed
#include "fiber.h"

#ifdef WRONG
#define KEY	key
#else
#define KEY	&key
#endif

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
	co_await next_packet(XDP_DROP);
	co_return XDP_PASS;
}

/* In a macro there is no operand to point to. */
#define DELIVER(ctx)	fiber_deliver(&f_frames, f, KEY, ctx, XDP_PASS)

SEC("xdp") int program(struct xdp_md *ctx)
{
	__u32 key = 0;

	return DELIVER(ctx); // SAYS: error: the key is given by its address: '&key' [bpf-fiber-key]
}
