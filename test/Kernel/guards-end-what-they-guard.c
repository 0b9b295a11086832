// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A guard is asked at each activation, wherever the guarded fibers are, before
// they go on: a SYN restarts the session, an RST ends it. It is not asked before
// the first await. Behind a timer there is no packet to ask.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(connection);

#define SYN	1000
#define RST	2000

__u64 asked;

/* What is wrong with this packet, if that is what the fiber was resumed by. */
static __always_inline int out_of_order(struct xdp_md *ctx, __u32 *restarts)
{
	asked++;
	if (fiber_wakeup() != FIBER_PACKET)
		return 0;
	if (number(ctx) == SYN)
		(*restarts)++;
	return number(ctx) >= SYN ? number(ctx) : 0;
}

FIBER int read_two(struct xdp_md *ctx, int base)
{
	int sum = base;

	for (int i = 0; i < 2; i++) {
		co_await next_packet(sum);
		sum += number(ctx);
	}
	co_return sum;
}

FIBER int session(struct xdp_md *ctx)
{
	int first = co_await read_two(ctx, 0);
	char text[4] = { first };

	co_await sleep_ns(NS_PER_MS, 7);
	for (int i = 1; i < 3; i++) {
		co_await next_packet(8);
		text[i & 3] = number(ctx);
	}
	co_return co_await read_two(ctx, text[0] + text[1] + text[2]);
}

// DO: run deliver port=1 == 0
// DO: check asked == 0
// DO: run deliver port=2 == 2
// DO: check asked == 1
// DO: run deliver port=1000 == 0
// DO: run deliver port=3 == 3
// DO: run deliver port=4 == 7
// DO: wait frames[0].state == L*_session__L*_next_packet
// DO: check asked == 5
// DO: run deliver port=5 == 8
// DO: run deliver port=1000 == 0
// DO: check frames[0].restarts == 2
// DO: run deliver port=10 == 10
// DO: run deliver port=20 == 7
// DO: wait frames[0].state == L*_session__L*_next_packet
// DO: run deliver port=5 == 8
// DO: run deliver port=6 == 41
// DO: check frames[0].state == L*_session__L*_read_two__L*_next_packet
// DO: run deliver port=1 == 42
// DO: run deliver port=3 == 245
// DO: check #frames == 0
// DO: run deliver port=1 == 0
// DO: run deliver port=2000 == 2000
// DO: check #frames == 0
// DO: run deliver port=1 == 0
// DO: run deliver port=1 == 1
// DO: run deliver port=1 == 7
// DO: wait frames[0].state == L*_session__L*_next_packet
// DO: run deliver port=1 == 8
// DO: run deliver port=2500 == 2000
// DO: check #frames == 0
FIBER int connection(struct xdp_md *ctx)
{
	__u32 restarts = 0;
	int r;

	do
		r = co_await fiber_guard(session(ctx), out_of_order(ctx, &restarts));
	while (r == SYN);
	if (r >= RST)
		co_return RST;
	co_return r + restarts * 100;
}

DELIVER_PACKETS(connection)
