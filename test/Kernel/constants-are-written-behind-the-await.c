// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A local is declared with constants before an await and used behind it: they
// are in it where it is used first, once, whichever way leads there, and in each
// round of a loop that declares it.
//
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(tallies);

struct tally {
	__u32 sum, rounds;
};

static __noinline int add(struct tally *tally, int n)
{
	if (!tally)
		return 0;
	tally->sum += n;
	tally->rounds++;
	return tally->sum * 10 + tally->rounds;
}

// DO: run deliver port=0 == 1
// DO: run deliver port=2 == 1021
// DO: run deliver port=3 == 101
// DO: run deliver port=4 == 1062
// DO: run deliver port=5 == 121
// DO: run deliver port=1 == 61
// DO: check #frames == 0
// DO: run deliver port=0 == 1
// DO: run deliver port=2 == 1021
// DO: run deliver port=3 == 101
// DO: run deliver port=4 == 1062
// DO: run deliver port=5 == 121
// DO: run deliver port=2 == 2
// DO: run deliver port=9 == 141
FIBER int tallies(struct xdp_md *ctx)
{
	struct tally all = { .sum = 100 }, last = { .sum = 5 };

	co_await next_packet(1);
	for (int i = 0; i < 2; i++) {
		struct tally fresh = { .sum = 7 };

		/* 102 and 106, of the first and the second round */
		co_await next_packet(add(&all, number(ctx)));
		/* 10 and 12, each of one round */
		co_await next_packet(add(&fresh, number(ctx)));
	}
	if (number(ctx) != 1)
		co_await next_packet(2);
	co_return add(&last, number(ctx));
}

DELIVER_PACKETS(tallies)
