// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Guards within guards are asked from the outermost in; what one of them ends
// is what it guards and no more. A guard changes variables of the fiber, has
// branches, and is left behind with what it guards: by the end or by
// goto. What does not suspend is not guarded.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(outer);

__u64 order;

static __always_inline int ask(int who, int verdict)
{
	order = order * 10 + who;
	return verdict;
}

FIBER int fail_on(struct xdp_md *ctx, int what)
{
	for (;;) {
		co_await next_packet(3);
		if (number(ctx) == what)
			co_return -what;
	}
}

FIBER long wait_for_ever(struct xdp_md *ctx)
{
	for (;;)
		co_await fail_on(ctx, 6);
}

FIBER long inner(struct xdp_md *ctx)
{
	long r = co_await fiber_guard(fail_on(ctx, 5), ask(2, number(ctx) == 20 ? 22 : 0));

	co_await next_packet(r);
	/* The wait within is forever: only a guard ends it. */
	co_return co_await fiber_guard(wait_for_ever(ctx), ask(3, number(ctx) > 30 ? number(ctx) : 0));
}

// DO: run deliver port=1 == 3
// DO: run deliver port=4 == 3
// DO: check order == 12
// DO: check frames[0].rounds == 1
// DO: run deliver port=20 == 22
// DO: check order == 1212
// DO: run deliver port=20 == 3
// DO: check order == 12121
// DO: run deliver port=7 == 3
// DO: run deliver port=6 == 3
// DO: check order == 121211313
// DO: run deliver port=40 == 77
// DO: check order == 12121131313
// DO: run deliver port=9 == 1009
// DO: check #frames == 0
// DO: run deliver port=1 == 3
// DO: run deliver port=5 == -5
// DO: run deliver port=5 == 3
// DO: run deliver port=100 == 1000
// DO: check #frames == 0
FIBER int outer(struct xdp_md *ctx)
{
	__u32 rounds = 0;
	long r;

	r = co_await fiber_guard(inner(ctx), ({
		rounds++;
		if (number(ctx) >= 100)
			goto out;
		ask(1, 0);
	}));
	co_await next_packet(77);
	co_return r * 10 + number(ctx) + rounds * 100;
out:
	co_return number(ctx) * 10;
}

DELIVER_PACKETS(outer)
