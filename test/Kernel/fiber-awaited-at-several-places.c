// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A fiber that is awaited at several places is one piece of code with one
// suspend, and goes back to where it was awaited: in straight-line code, in a
// loop, and in a condition. What it was given differs from place to place, what
// it returns is the value of that await, and what its caller keeps across one
// await is as it was, whether others keep it or not.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(caller);

FIBER int sum_of(struct xdp_md *ctx, __u32 packets, int start)
{
	int sum = start;

	while (packets--) {
		co_await next_packet(sum);
		sum += number(ctx);
	}
	co_return sum;
}

// The state has no line of the caller's; where it goes back to is beside it.
// DO: run deliver port=100 == 1000
// DO: check frames[0].state == L*1*_next_packet
// DO: check frames[0].sum_of_returns_to == L*_sum_of
// DO: check frames[0].first == 100
// DO: let site = frames[0].sum_of_returns_to
// DO: run deliver port=1 == 1001
// DO: check frames[0].sum_of_returns_to == $site
// DO: run deliver port=2 == 103
// DO: check frames[0].sum_of_returns_to == $site + 1
// DO: check frames[0].a == 1003
// DO: run deliver port=3 == 0
//
// In the loop, with i, a and total.
// DO: check frames[0].sum_of_returns_to == $site + 2
// DO: check frames[0].i == 0
// DO: check frames[0].total == 106
// DO: run deliver port=4 == 1
// DO: check frames[0].i == 1
// DO: check frames[0].total == 110
// DO: run deliver port=5 == 2
// DO: check frames[0].i == 2
// DO: run deliver port=6 == 50
//
// In the condition: zero packets, then one.
// DO: check frames[0].sum_of_returns_to == $site + 4
// DO: check frames[0].all == 1124
// DO: run deliver port=7 == 1181
// DO: check #frames == 0
// DO: check caller_counters.aborted == 0
FIBER int caller(struct xdp_md *ctx)
{
	int first = number(ctx);
	int a = co_await sum_of(ctx, 2, 1000);
	int total = co_await sum_of(ctx, 1, first + 3);
	int all;

	for (int i = 0; i < 3; i++)
		total += co_await sum_of(ctx, 1, i) - i;
	all = a + total;
	if (co_await sum_of(ctx, first - 100, 7) == 7 && co_await sum_of(ctx, 1, 50) > 50)
		co_return all + 57;
	co_return -1;
}

DELIVER_PACKETS(caller)
