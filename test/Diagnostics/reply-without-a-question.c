// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A reply is for who has asked.
// RUN: %diagnosed
#include "fiber.h"

FIBER_EVENTS(4096);
FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
#ifdef WRONG
	co_await next_event(syscall, XDP_DROP);
#else
	co_await yield_to_user(XDP_DROP);
#endif
	co_return 0;
}

DELIVER_PACKETS(f);

SEC("syscall") int answer(__u32 *ctx)
{
	__u32 key = 0;

	return fiber_reply(&f_frames, f, &key, ctx, -1, *ctx, 0); // SAYS: error: fiber 'f' never waits in yield_to_user(), so there is nothing to reply to [bpf-fiber-no-token]
}
