// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// co_try() goes on with a value that is not negative, and ends the fiber with
// a negative one.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(trying);

AWAITABLE long next_value(struct xdp_md *ctx, long verdict)
{
	co_await next_packet(verdict);
	return number(ctx) < 100 ? number(ctx) : 100 - number(ctx);
}

// DO: run deliver port=1 == 0
// DO: run deliver port=7 == 7
// DO: run deliver port=8 == 15
// DO: check #frames == 0
// DO: run deliver port=1 == 0
// DO: run deliver port=7 == 7
// DO: run deliver port=122 == -22
// DO: check #frames == 0
FIBER int trying(struct xdp_md *ctx)
{
	long sum = co_try(co_await next_value(ctx, 0));

	sum += co_try(co_await next_value(ctx, sum));
	co_return sum;
}

DELIVER_PACKETS(trying)
