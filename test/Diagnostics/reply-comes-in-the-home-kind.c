// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Replies come in the kind syscall; a fiber at home there cannot tell them from
// its other activations.
// RUN: %diagnosed
#include "fiber.h"

FIBER_EVENTS(4096);
FRAMES(f);

FIBER int f(__u32 *ctx)
{
#ifdef WRONG
	if (co_await next_packet_or_reply(0) < 0) // SAYS: error: this co_await cannot tell a reply from another activation: fiber 'f' is at home in 'syscall', where replies come [bpf-fiber-reply-at-home] // NOTE: wait for the reply alone with yield_to_user() or yield_to_user_or_timeout(), or start the fiber in a context of another kind, see FIBER_CONTEXT()
#else
	if (co_await yield_to_user(0) < 0)
#endif
		co_return -1;
	co_return 0;
}

SEC("syscall") int ask(__u32 *ctx)
{
	__u32 key = 0;

	return fiber_spawn(&f_frames, f, &key, ctx, FIBER_REFUSE, -1);
}

SEC("syscall") int answer(__u32 *ctx)
{
	__u32 key = 0;

	return fiber_reply(&f_frames, f, &key, ctx, -1, *ctx, 0);
}
