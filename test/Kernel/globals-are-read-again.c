// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What was read from memory before an await is read again after it, and what
// was written before it can be seen while the fiber is suspended.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(globals);

int shared, seen;

// DO: set shared = 5
// DO: run deliver port=0 == 5
// DO: check seen == 1
// DO: set shared = 6
// DO: run deliver port=0 == 6
// DO: check seen == 2
// DO: set shared = 7
// DO: run deliver port=0 == 18
// DO: check seen == 3
FIBER int globals(struct xdp_md *ctx)
{
	int sum = shared;

	seen = 1;
	co_await next_packet(shared);
	sum += shared;
	seen = 2;
	co_await next_packet(shared);
	seen = 3;
	co_return sum + shared;
}

DELIVER_PACKETS(globals)
