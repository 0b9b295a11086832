// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A fiber awaits a fiber that awaits a fiber, each through another context: the
// state is the chain of awaits, the locals of all three are in the frame, and
// what each returns is the value of the await above it, in its own type.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(outer);

FIBER __u8 inner(struct xdp_md *ctx, __u32 start)
{
	__u32 sum = start;

	for (int k = 0; k < 2; k++) {
		co_await next_packet(sum);
		sum += number(ctx);
	}
	co_await sleep_ns(NS_PER_MS);
	sum++;
	co_await defer();
	co_return sum * 2;
}

/* Defined behind its use, and without a context: it waits for a packet too. */
FIBER long middle(__u32 start, struct xdp_md *ctx);

// DO: run deliver port=100 == 100
// DO: check frames[0].state == L*_middle__L*_inner__L*_next_packet
// DO: check frames[0].sum == 100
// DO: run deliver port=20 == 120
// DO: run deliver port=3 == XDP_DROP
// DO: wait frames[0].state == L*_middle__L*_next_packet
// DO: check frames[0].first == 248
// DO: run deliver port=7 == 1255
// DO: check frames[0].state == L*_next_packet
// DO: check frames[0].total == -1241
// DO: run deliver port=9 == -1232
// DO: check #frames == 0
FIBER int outer(struct xdp_md *ctx)
{
	long total = co_await middle(number(ctx), ctx);

	co_await next_packet(14 - total);
	co_return total + number(ctx);
}

FIBER long middle(__u32 start, struct xdp_md *ctx)
{
	int first = co_await inner(ctx, start);

	co_await next_packet(0);
	co_return -5L * first - 1;
}

DELIVER_PACKETS(outer)
