// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The kernel has no timers in programs of tracepoints and probes.
// RUN: %diagnosed
#include "fiber.h"

struct hook_args {
	long ret;
};

FIBER_CONTEXT(hook, struct hook_args);
FRAMES(f);

FIBER int f(struct hook_args *ctx)
{
	co_await next_event_or_timeout(hook, 0, 1000000); // NOTE: it is armed here
	co_return 0;
}

static __always_inline int run(struct hook_args *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&f_frames, f, &key, ctx, 0); // SAYS: warning: the kernel refuses program 'hooked' of section 'tracepoint/net/hook': the frames of fiber 'f' have a timer [bpf-fiber-timer-in-tracing]
}

#ifdef WRONG
SEC("tracepoint/net/hook") int hooked(struct hook_args *ctx)
#else
SEC("fentry/hook") int hooked(struct hook_args *ctx)
#endif
{
	return run(ctx);
}
