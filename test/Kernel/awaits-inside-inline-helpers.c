// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Always-inline helpers that await keep their locals, also two levels deep and
// called more than once, and the state is named after the caller's line.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(helped);

AWAITABLE int two_more(struct xdp_md *ctx, int start)
{
	int sum = start;

	for (int k = 0; k < 2; k++) {
		co_await next_packet(sum);
		sum += number(ctx);
	}
	return sum;
}

AWAITABLE int four_more(struct xdp_md *ctx, int start)
{
	int half = co_await two_more(ctx, start);

	return half * 10 + co_await two_more(ctx, 0);
}

// DO: run deliver port=1 == 1
// DO: check frames[0].sum == 1
// DO: run deliver port=2 == 3
// DO: run deliver port=3 == 0
// DO: run deliver port=4 == 4
// DO: run deliver port=5 == 69
// DO: run deliver port=6 == 75
// DO: run deliver port=7 == 82
// DO: check #frames == 0
FIBER int helped(struct xdp_md *ctx)
{
	int sum = number(ctx);

	sum = co_await four_more(ctx, sum);
	co_return co_await two_more(ctx, sum);
}

DELIVER_PACKETS(helped)
