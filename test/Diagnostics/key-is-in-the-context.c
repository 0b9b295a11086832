// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The kernel takes no key from a context.
// RUN: %diagnosed
#include "fiber.h"

struct command {
	__u64 value;
	__u32 key;
};

FRAMES(f);
FIBER_CONTEXT(command, struct command);

FIBER int f(struct xdp_md *ctx)
{
	co_await next_event(command, XDP_DROP);
	co_return XDP_PASS;
}

DELIVER_PACKETS(f);

SEC("syscall") int answer(struct command *ctx)
{
#ifdef WRONG
	return fiber_resume_with(&f_frames, f, &ctx->key, ctx, -1, ctx->value); // SAYS: error: the key is in the context of program 'answer', where the kernel does not take it from [bpf-fiber-key] // NOTE: copy it into a local variable, and give the address of that
#else
	__u32 key = ctx->key;

	return fiber_resume_with(&f_frames, f, &key, ctx, -1, ctx->value);
#endif
}
