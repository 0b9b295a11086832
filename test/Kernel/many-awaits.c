// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Forty awaits in a row are forty states, each resumed in turn.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(many);

#define AWAIT(n)							\
	co_await next_packet(n);					\
	sum = sum * 3 + number(ctx);
#define AWAIT4(n)	AWAIT(n) AWAIT(n + 1) AWAIT(n + 2) AWAIT(n + 3)
#define AWAIT20(n)	AWAIT4(n) AWAIT4(n + 4) AWAIT4(n + 8) AWAIT4(n + 12) AWAIT4(n + 16)

// DO: run deliver port=1 == 0
// DO: run deliver port=1 == 1
// DO: run deliver port=2 == 2
// DO: check frames[0].sum == 14
// DO: run deliver port=1 repeat=37 == 39
// DO: run deliver port=5 == 41
// DO: check #frames == 0
FIBER int many(struct xdp_md *ctx)
{
	unsigned int sum = number(ctx);

	AWAIT20(0)
	AWAIT20(20)
	co_return sum ? 41 : 42;
}

DELIVER_PACKETS(many)
