// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A local that has a value on one path only keeps it across awaits on that
// path, and does no harm on the other one.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(half);

// DO: run deliver port=1 == 1
// DO: run deliver port=5 == 1
// DO: run deliver port=5 == 42
// DO: run deliver port=0 == 1
// DO: run deliver port=5 == 1
// DO: run deliver port=5 == 7
// DO: check #frames == 0
FIBER int half(struct xdp_md *ctx)
{
	bool has = number(ctx) == 1;
	int value;

	if (has)
		value = number(ctx) + 41;
	co_await next_packet(1);
	co_await next_packet(1);
	if (has)
		co_return value;
	co_return 7;
}

DELIVER_PACKETS(half)
