// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Fibers that are awaited at several places await one that is awaited at several
// places, by them and by the fiber at the top: each is one piece of code, and
// all come back to where they were awaited. Their locals, with addresses too, are
// new each time.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(top);

__u64 trail;

FIBER int digit(struct xdp_md *ctx, int shown)
{
	__u8 bytes[4] = {};

	co_await next_packet(shown);
	bytes[number(ctx) & 3]++;
	co_await next_packet(bytes[0] + 2 * bytes[1] + 4 * bytes[2] + 8 * bytes[3]);
	bytes[number(ctx) & 3]++;
	co_return bytes[0] + 10 * bytes[1] + 100 * bytes[2] + 1000 * bytes[3];
}

FIBER int pair(struct xdp_md *ctx, __u16 base)
{
	int high = co_await digit(ctx, base + 1);

	trail = trail * 10 + 1;
	high += co_await digit(ctx, base + 2);
	co_return high;
}

// DO: run deliver port=9 == 5
// DO: check frames[0].state == L*_next_packet
// DO: check frames[0].digit_returns_to == L*_digit
// DO: run deliver port=0 == 1
// DO: run deliver port=1 == 101
// DO: check frames[0].pair_returns_to == L*_pair
// DO: check frames[0].digit_returns_to == L*_digit
// DO: run deliver port=1 == 2
// DO: run deliver port=1 == 102
// DO: run deliver port=3 == 8
// DO: run deliver port=2 == 201
// DO: run deliver port=0 == 1
// DO: run deliver port=0 == 202
// DO: run deliver port=2 == 4
// DO: run deliver port=2 == 77
// DO: check frames[0].sum == 1333
// DO: run deliver port=3 == 8
// DO: run deliver port=3 == 3333
// DO: check #frames == 0
// DO: check trail == 11
FIBER int top(struct xdp_md *ctx)
{
	int sum = co_await digit(ctx, 5);

	sum += co_await pair(ctx, 100);
	sum += co_await pair(ctx, 200);
	sum += co_await digit(ctx, 77);
	co_return sum;
}

DELIVER_PACKETS(top)
