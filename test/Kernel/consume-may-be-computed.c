// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// FIBER_CONSUME is the hook's verdict also where it is one of several that a
// variable may hold, across an await too.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(choosing);

// DO: run deliver port=1 == 77
// DO: run deliver port=2 == XDP_DROP
// DO: run deliver port=1 == 77
// DO: run deliver port=3 == XDP_DROP
// DO: run deliver port=3 == 5
FIBER int choosing(struct xdp_md *ctx)
{
	long kept;

	while (number(ctx) < 3) {
		long verdict = FIBER_CONSUME;

		if (number(ctx) == 1)
			verdict = 77;
		co_await next_packet(verdict);
	}
	kept = number(ctx) == 3 ? FIBER_CONSUME : 4;
	co_await next_packet(kept);
	co_await next_packet(kept == FIBER_CONSUME ? 5 : 6);
	co_return 0;
}

DELIVER_PACKETS(choosing)
