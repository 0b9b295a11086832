// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Variables that get their value on several paths keep the right one; two that
// change places in a loop do not overwrite each other in the frame.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(phis);

// DO: run deliver port=1 == 30
// DO: run deliver port=0 == 11
// DO: run deliver port=0 == 21
// DO: run deliver port=0 == 11
// DO: run deliver port=0 == 21
// DO: run deliver port=0 == 3010
// DO: check #frames == 0
// DO: run deliver port=9 == 40
// DO: run deliver port=0 == 12
// DO: run deliver port=0 == 22
// DO: run deliver port=0 == 12
// DO: run deliver port=0 == 22
// DO: run deliver port=0 == 4010
FIBER int phis(struct xdp_md *ctx)
{
	int chosen, a, b;

	if (number(ctx) == 1) {
		chosen = 30;
		a = 11;
		b = 21;
	} else {
		chosen = 40;
		a = 12;
		b = 22;
	}
	co_await next_packet(chosen);
	for (int i = 0; i < 4; i++) {
		int t = a;

		co_await next_packet(a);
		a = b;
		b = t;
	}
	co_return chosen * 100 + b - a;
}

DELIVER_PACKETS(phis)
