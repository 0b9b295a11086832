// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// There is nothing to wait for.
// RUN: %diagnosed
#include "fiber.h"

static __always_inline int half(int n) // NOTE: 'half' never suspends: call it without co_await
{
	return n / 2;
}

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
#ifdef WRONG
	co_await half(2); // SAYS: error: 'half' is not awaitable [bpf-fiber-not-awaitable]
#else
	half(2);
#endif
	co_return XDP_PASS;
}

DELIVER_PACKETS(f);
