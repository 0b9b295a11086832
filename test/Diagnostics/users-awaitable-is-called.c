// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A function that suspends somewhere is an awaitable.
// RUN: %diagnosed
#include "fiber.h"

AWAITABLE long rest(void)
{
	return co_await sleep_ns(1000); // NOTE: 'rest' suspends here
}

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
#ifdef WRONG
	rest(); // SAYS: error: 'rest' suspends the fiber: call it with co_await [bpf-fiber-missing-await]
#else
	co_await rest();
#endif
	co_return XDP_PASS;
}

DELIVER_PACKETS(f);
