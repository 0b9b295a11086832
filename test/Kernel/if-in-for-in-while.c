// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// An await under an if, in a for, in a while goes on in the middle of all three.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(mixed);

// 7 is skipped without an await; 0 leaves the for loop, 99 the while loop.
// DO: run deliver port=5 == 5
// DO: run deliver port=7 == 12
// DO: check frames[0].i == 2
// DO: check frames[0].total == 12
// DO: run deliver port=0 == 1
// DO: check frames[0].rounds == 1
// DO: run deliver port=4 == 16
// DO: run deliver port=0 == 2
// DO: run deliver port=99 == 16
// DO: check #frames == 0
FIBER int mixed(struct xdp_md *ctx)
{
	int total = 0, rounds = 0;

	while (number(ctx) != 99) {
		for (int i = 0; i < 8; i++) {
			int n = number(ctx);

			if (!n)
				break;
			total += n;
			if (i % 2 == 0 || n == 7) {
				i += n == 7;
				co_await next_packet(total);
			}
		}
		rounds++;
		co_await next_packet(rounds);
	}
	co_return total;
}

DELIVER_PACKETS(mixed)
