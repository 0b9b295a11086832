// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What || and && have proved of a number before an await, and what a loop's
// condition says of a counter that goes down to another one, is known behind it.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(ranges);

__u32 squares[8] = { 0, 1, 4, 9, 16, 25, 36, 49 };

// DO: run deliver port=2051 == 1
// DO: run deliver port=776 == 1
// DO: check #frames == 0
// DO: run deliver port=1795 == 2
// DO: run deliver == 58
// DO: run deliver == 59
// DO: run deliver == 65
// DO: run deliver == 72
// DO: run deliver == 128
// DO: check #frames == 0
FIBER int ranges(struct xdp_md *ctx)
{
	__u32 both = number(ctx), a = both & 0xff, b = both >> 8, sum;

	if (a >= 8 || b >= 8)
		co_return 1;
	co_await next_packet(2);
	sum = squares[a] + squares[b];

	for (__u32 i = 0; i < 5; i++)
		for (__u32 j = i; j < 6; j++) {
			__u32 k = j;

			while (k-- > i) {
				if (((sum + k) & 7) == 3)
					co_await next_packet(sum);
				sum += k;
			}
		}
	co_return sum;
}

DELIVER_PACKETS(ranges)
