// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A fiber at a tc hook gets the next skb, and swallows one with TC_ACT_STOLEN
// where its awaitable says no verdict.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(at_tc);

// DO: run deliver packet=udp,10.0.0.1:1,10.0.0.2:7,18 == TC_ACT_OK
// DO: check frames[0].first == 60
// DO: run deliver packet=udp,10.0.0.1:1,10.0.0.2:7,58 == TC_ACT_STOLEN
// DO: run deliver packet=udp,10.0.0.1:1,10.0.0.2:7,18 == 999
// DO: check at_tc_counters.not_waiting == 1
// DO: wait #frames == 0
// DO: check sum == 160
volatile int sum;

FIBER int at_tc(struct __sk_buff *ctx)
{
	int first = ctx->len;

	co_await next_packet(0);
	sum = first + ctx->len;
	co_await sleep_ns(300 * NS_PER_MS);
	co_return 0;
}

SEC("tc") int deliver(struct __sk_buff *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&frames, at_tc, &key, ctx, REFUSED);
}
