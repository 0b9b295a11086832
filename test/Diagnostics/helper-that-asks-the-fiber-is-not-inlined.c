// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What is about the fiber means something only in it.
// RUN: %diagnosed
#include "fiber.h"

FRAMES(f);

#ifdef WRONG
static __u64 value(void) // SAYS: error: 'value' uses the state of its fiber, so it must be 'static __always_inline' [bpf-fiber-not-inline] // NOTE: declare it AWAITABLE: a fiber can only suspend in code that is inlined into it
#else
static __always_inline __u64 value(void)
#endif
{
	return fiber_value(); // NOTE: it calls 'fiber_value' here
}

FIBER int f(struct xdp_md *ctx)
{
	co_return value();
}

DELIVER_PACKETS(f);
