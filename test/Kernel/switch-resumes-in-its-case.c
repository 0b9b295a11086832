// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// An await in a case goes on in that case, falls through and breaks as usual.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(switching);

// DO: run deliver port=1 == 10
// DO: run deliver port=5 == 15
// DO: run deliver port=6 == 26
// DO: run deliver port=2 == 32
// DO: run deliver port=2 == 20
// DO: run deliver port=7 == 37
// DO: run deliver port=9 == 0
// DO: run deliver port=3 == 33
FIBER int switching(struct xdp_md *ctx)
{
	for (;;) {
		switch (number(ctx)) {
		case 1:
			co_await next_packet(10);
			co_await next_packet(10 + number(ctx));
			/* fallthrough */
		case 2:
			co_await next_packet(20 + (number(ctx) == 6 ? 6 : 0));
			break;
		default:
			co_await next_packet(0);
			co_return 30 + number(ctx);
		}
		co_await next_packet(30 + number(ctx));
	}
}

DELIVER_PACKETS(switching)
