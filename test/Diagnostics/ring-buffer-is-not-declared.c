// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What asks user space needs a ring buffer.
// RUN: %diagnosed
#include "fiber.h"

#ifndef WRONG
FIBER_EVENTS(4096);
#endif
FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
	co_return co_await yield_to_user(XDP_DROP); // SAYS: error: 'yield_to_user' needs the ring buffer through which it asks user space, and there is no FIBER_EVENTS() [bpf-fiber-undeclared] // NOTE: write FIBER_EVENTS(64 * 1024); at file scope, before the fiber
}

DELIVER_PACKETS(f);

SEC("syscall") int answer(__u32 *ctx)
{
	__u32 key = 0;

	return fiber_reply(&f_frames, f, &key, ctx, -1, *ctx, 0);
}
