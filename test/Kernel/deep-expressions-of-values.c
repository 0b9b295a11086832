// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Thirty variables that all live across every await of a loop come back as
// they were, whatever is done with them between the awaits.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(juggling);

#define EACH(X)	X(a) X(b) X(c) X(d) X(e) X(f) X(g) X(h) X(i) X(j) X(k) X(l) X(m) X(n) X(o)

volatile __u32 seed = 1;

// DO: run deliver port=1 == 1
// DO: run deliver port=2 repeat=4 == 5
// DO: run deliver port=7 == 120
// DO: check #frames == 0
FIBER int juggling(struct xdp_md *ctx)
{
	__u32 x = seed;
#define DECLARE(v)	__u32 u_##v = x++; __s64 s_##v = -(__s64)u_##v;
	EACH(DECLARE)
	__u32 sum = 0;

	for (int round = 1; round <= 5; round++) {
		co_await next_packet(round);
#define ROTATE(v)	u_##v += number(ctx); s_##v -= number(ctx);
		EACH(ROTATE)
#define RESTORE(v)	u_##v -= number(ctx); s_##v += number(ctx);
		EACH(RESTORE)
	}
#define ADD(v)		sum += u_##v; if (s_##v != -(__s64)u_##v) co_return -1;
	EACH(ADD)
	co_return sum;
}

DELIVER_PACKETS(juggling)
