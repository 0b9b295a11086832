// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Arrays indexed by a variable and structs copied as a whole live across awaits.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(aggregates);

struct point {
	__u8 tag;
	__s32 x;
	__s64 y;
};

static __always_inline struct point moved(struct point p, int by)
{
	p.x += by;
	p.y -= by;
	return p;
}

// DO: run deliver port=3 == 3
// DO: check frames[0].seen[0] == 3
// DO: run deliver port=4 == 4
// DO: run deliver port=5 == 5
// DO: run deliver port=6 == 6
// DO: check frames[0].seen[3] == 6
// DO: run deliver port=2 == 5
// DO: run deliver port=1 == 28
// DO: run deliver port=1 == 1
// DO: check #frames == 0
FIBER int aggregates(struct xdp_md *ctx)
{
	struct point p = { 1, 10, 20 };
	__u16 seen[4];
	__u32 i;

	for (i = 0; i < 4; i++) {
		seen[i] = number(ctx);
		co_await next_packet(seen[i]);
	}
	i = number(ctx);
	if (i >= 4)
		co_return -1;
	p = moved(p, seen[i]);
	co_await next_packet(seen[i]);
	if (p.x != 15 || p.y != 15)
		co_return -2;
	p = moved(p, -seen[0]);
	co_await next_packet(p.x + p.y - 2);
	co_return p.tag;
}

DELIVER_PACKETS(aggregates)
