// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// An awaitable is only inlined.
// RUN: %diagnosed
#include "fiber.h"

FRAMES(f);

static __always_inline long twice(long (*await)(long), long n)
{
	return n * 2;
}

FIBER int f(struct xdp_md *ctx)
{
#ifdef WRONG
	co_return twice(next_packet, 1); // SAYS: error: 'next_packet' suspends, so it has no address [bpf-fiber-address]
#else
	co_return twice(0, co_await next_packet(1));
#endif
}

DELIVER_PACKETS(f);
