// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// co_await binds like a cast: its value can be an operand, an argument, a
// condition, an initialiser, an index and what is returned.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(operators);

AWAITABLE int next_number(struct xdp_md *ctx, int verdict)
{
	co_await next_packet(verdict);
	return number(ctx);
}

static __always_inline int doubled(int n)
{
	return n * 2;
}

// DO: run deliver port=0 == 1
// DO: run deliver port=5 == 2
// DO: run deliver port=7 == 3
// DO: run deliver port=3 == 4
// DO: run deliver port=1 == 5
// DO: run deliver port=2 == 6
// DO: run deliver port=1 == 6
// DO: run deliver port=0 == 8
// DO: run deliver port=50 == 87
// DO: check #frames == 0
FIBER int operators(struct xdp_md *ctx)
{
	int x = co_await next_number(ctx, 1) + 1;
	int y = doubled(co_await next_number(ctx, 2));
	int z = -co_await next_number(ctx, 3);
	int table[4] = { 10, 20, 30, 40 };
	int w = table[co_await next_number(ctx, 4) & 3];

	if (co_await next_number(ctx, 5) == 2)
		while (co_await next_number(ctx, 6))
			;
	co_return x + y + z + w + co_await next_number(ctx, 8);
}

DELIVER_PACKETS(operators)
