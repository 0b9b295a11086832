// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A type is not evaluated either.
// RUN: %diagnosed
#include "fiber.h"

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
#ifdef WRONG
	typeof(co_await next_packet(XDP_DROP)) which = 0; // SAYS: error: co_await in an operand that is not evaluated: nothing is awaited [bpf-fiber-await-unevaluated]
#else
	typeof(next_packet(XDP_DROP)) which = 0;
#endif
	co_return which;
}

DELIVER_PACKETS(f);
