// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Is it before or behind the await?
// RUN: %diagnosed
#include "fiber.h"

static __always_inline int count(int *n)
{
	return ++*n;
}

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
	int n = 0;
	long sum;

#ifdef WRONG
	sum = count(&n) + co_await next_packet(XDP_DROP); // SAYS: error: C leaves open whether another operand is evaluated before or after this await [bpf-fiber-evaluation-order]
#else
	sum = count(&n);
	sum += co_await next_packet(XDP_DROP);
#endif
	co_return sum + n;
}

DELIVER_PACKETS(f);
