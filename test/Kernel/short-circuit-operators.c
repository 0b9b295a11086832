// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Awaits in the operands of &&, || and ?: happen only when C says so.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(shortcut);

AWAITABLE int next_number(struct xdp_md *ctx, int verdict)
{
	co_await next_packet(verdict);
	return number(ctx);
}

// true && true, true || not evaluated, true ? first : not evaluated
// DO: run deliver port=0 == 1
// DO: run deliver port=1 == 2
// DO: run deliver port=1 == 3
// DO: run deliver port=1 == 5
// DO: run deliver port=1 == 6
// DO: run deliver port=8 == 118
// DO: check #frames == 0

// false && not evaluated, false || true, false ? not evaluated : second
// DO: run deliver port=0 == 1
// DO: run deliver port=0 == 3
// DO: run deliver port=0 == 4
// DO: run deliver port=1 == 5
// DO: run deliver port=0 == 7
// DO: run deliver port=9 == 19
// DO: check #frames == 0

// true && false, false || false
// DO: run deliver port=0 == 1
// DO: run deliver port=1 == 2
// DO: run deliver port=0 == 3
// DO: run deliver port=0 == 4
// DO: run deliver port=0 == 5
// DO: run deliver port=0 == 7
// DO: run deliver port=2 == 2
// DO: check #frames == 0
FIBER int shortcut(struct xdp_md *ctx)
{
	int sum = 0, more;

	if (co_await next_number(ctx, 1) && co_await next_number(ctx, 2))
		sum += 100;
	if (co_await next_number(ctx, 3) || co_await next_number(ctx, 4))
		sum += 10;
	more = co_await next_number(ctx, 5) ?
		co_await next_number(ctx, 6) : co_await next_number(ctx, 7);
	co_return sum + more;
}

DELIVER_PACKETS(shortcut)
