// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A fiber suspends only in code that is inlined into it.
// RUN: %diagnosed
#include "fiber.h"

FRAMES(f);

#ifdef WRONG
static long rest(void) // SAYS: error: 'rest' awaits, so it must be 'static __always_inline' [bpf-fiber-not-inline] // NOTE: declare it AWAITABLE: a fiber can only suspend in code that is inlined into it
#else
AWAITABLE long rest(void)
#endif
{
	return co_await sleep_ns(1000); // NOTE: it calls 'sleep_ns' here
}

FIBER int f(struct xdp_md *ctx)
{
	co_await rest();
	co_return XDP_PASS;
}

DELIVER_PACKETS(f);
