// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Nothing is awaited in what is not evaluated.
// RUN: %diagnosed
#include "fiber.h"

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
	int size;

#ifdef WRONG
	size = sizeof(co_await next_packet(XDP_DROP)); // SAYS: error: co_await in an operand that is not evaluated: nothing is awaited [bpf-fiber-await-unevaluated]
#else
	size = sizeof(next_packet(XDP_DROP));
#endif
	co_return size;
}

DELIVER_PACKETS(f);
