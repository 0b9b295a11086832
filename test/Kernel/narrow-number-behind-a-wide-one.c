// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Of a number that was made wider the narrow one is kept, also if behind an
// earlier await the wide one was computed from something else that was kept.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(narrow);

// DO: run deliver port=500 == 1
// DO: run deliver port=3 == 2
// DO: run deliver port=0 == 491
// DO: run deliver == 4
// DO: run deliver == 4
// DO: run deliver == -12
// DO: check #frames == 0
FIBER int narrow(struct xdp_md *ctx)
{
	__u64 whole = number(ctx);
	__s8 low = whole;
	__u64 other;
	__u32 wide;
	__s8 first;

	co_await next_packet(1);
	other = number(ctx);
	first = other ? low : 0;
	wide = low;
	co_await next_packet(2);
	if ((first + other + whole) & 1)
		co_await next_packet(first + other + whole);
	for (int i = 0; i < 2; i++)
		co_await next_packet(4);
	co_return wide;
}

DELIVER_PACKETS(narrow)
