// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// goto forwards and backwards over awaits, and into a loop with one.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(jumping);

// DO: run deliver port=1 == 1
// DO: run deliver port=2 == 1
// DO: check frames[0].tries == 2
// DO: run deliver port=0 == 50
// DO: run deliver port=3 == 51
// DO: run deliver port=3 == 52
// DO: run deliver port=3 == 200
// DO: check #frames == 0
FIBER int jumping(struct xdp_md *ctx)
{
	int tries = 0, i = 0;

again:
	if (number(ctx) == 0)
		goto inside;
	tries++;
	co_await next_packet(1);
	goto again;

	for (; i < 3; i++) {
inside:
		co_await next_packet(50 + i);
	}
	co_return tries * 100;
}

DELIVER_PACKETS(jumping)
