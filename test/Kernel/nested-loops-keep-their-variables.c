// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Counters of nested loops go on where they were after an await inside.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(nested);

// DO: run deliver port=1 == 0
// DO: check frames[0].state == L*_next_packet
// DO: check frames[0].i == 0
// DO: check frames[0].j == 0
// DO: run deliver port=2 == 1
// DO: check frames[0].j == 1
// DO: run deliver port=3 == 100
// DO: check frames[0].i == 1
// DO: check frames[0].sum == 6
// DO: run deliver port=4 == 101
// DO: run deliver port=5 == 200
// DO: run deliver port=6 == 201
// DO: run deliver port=7 == 1021
// DO: check #frames == 0
FIBER int nested(struct xdp_md *ctx)
{
	int sum = 0;

	for (int i = 0; i < 3; i++) {
		for (int j = 0; j < 2; j++) {
			sum += number(ctx);
			co_await next_packet(i * 100 + j);
		}
	}
	co_return 1000 + sum;
}

DELIVER_PACKETS(nested)
