// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Of a fiber that is awaited in guarded calls and elsewhere, the guards are asked
// where they guard it, and nowhere else.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(caller);

__u64 asked;

FIBER long two(struct xdp_md *ctx, int verdict)
{
	co_await next_packet(verdict);
	verdict += number(ctx);
	co_await next_packet(verdict);
	co_return verdict + number(ctx);
}

FIBER long four(struct xdp_md *ctx, int verdict)
{
	long sum = co_await two(ctx, verdict);

	co_return sum + co_await two(ctx, verdict);
}

static __always_inline long ask(struct xdp_md *ctx)
{
	asked++;
	return number(ctx) == 99 ? 99 : 0;
}

// DO: run deliver port=1 == 10
// DO: check frames[0].state == L*_two__L*_next_packet
// DO: run deliver port=1 == 11
// DO: check asked == 1
// DO: run deliver port=99 == 20
// DO: check asked == 2
// DO: check frames[0].two_returns_to == L*_two
// DO: run deliver port=99 == 119
// DO: run deliver port=99 == 30
// DO: check asked == 2
// DO: run deliver port=99 == 129
// DO: run deliver port=1 == 40
// DO: check asked == 2
// DO: run deliver port=1 == 41
// DO: run deliver port=1 == 40
// DO: run deliver port=99 == 546
// DO: check asked == 5
// DO: check #frames == 0
FIBER int caller(struct xdp_md *ctx)
{
	long sum = co_await fiber_guard(two(ctx, 10), ask(ctx));

	sum += co_await two(ctx, 20);
	sum += co_await two(ctx, 30);
	sum += co_await fiber_guard(four(ctx, 40), ask(ctx));
	co_return sum;
}

DELIVER_PACKETS(caller)
