// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// One wait, two wake-ups: a packet in time goes on with that packet and puts
// the timeout off, silence goes on without one.
// RUN: %everywhere %s %t
// RUN: %everywhere %s %t-v2 -mcpu=v2
#include "kernel-test.h"

FRAMES(waiting);

int timeouts;

// DO: run deliver port=1 == 1
// DO: sleep 300
// DO: run deliver port=2 == 3
// DO: sleep 300
// DO: run deliver port=3 == 6
// DO: sleep 300
// DO: check timeouts == 0
// DO: check frames[0].sum == 6
// DO: wait timeouts == 1
// DO: wait #frames == 0
// DO: run deliver port=1 == 1
// DO: run deliver port=0 == 51
// DO: check #frames == 0
// DO: sleep 900
// DO: check timeouts == 1
FIBER int waiting(struct xdp_md *ctx)
{
	int sum = number(ctx);
	long woken;

	for (;;) {
		woken = co_await next_packet_or_timeout(sum, 800 * NS_PER_MS);
		if (woken == FIBER_TIMEOUT) {
			timeouts++;
			co_return 0;
		}
		if (number(ctx) == 0)
			co_return 50 + sum;
		sum += number(ctx);
	}
}

DELIVER_PACKETS(waiting)
