// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A kind becomes a part of a function's name.
// RUN: %diagnosed
#include "fiber.h"

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
#ifdef WRONG
	co_await __fiber_suspend("home, tc", XDP_DROP, 0); // SAYS: error: 'home, tc' is not a kind of wake-up [bpf-fiber-kind]
#else
	co_await __fiber_suspend("home|tc", XDP_DROP, 0);
#endif
	co_return XDP_PASS;
}

DELIVER_PACKETS(f);
