// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A verdict is converted as C converts what the fiber returns: _Bool and
// unsigned char are not negative.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FIBER_MAP(truths, truth, BPF_MAP_TYPE_HASH, __u32, 4);
FIBER_MAP(smalls, small, BPF_MAP_TYPE_HASH, __u32, 4);
FIBER_MAP(negatives, negative, BPF_MAP_TYPE_HASH, __u32, 4);

FIBER _Bool truth(struct xdp_md *ctx)
{
	co_await next_packet(1);
	co_return number(ctx) == 7;
}

FIBER unsigned char small(struct xdp_md *ctx)
{
	co_await next_packet(200);
	co_return number(ctx);
}

FIBER signed char negative(struct xdp_md *ctx)
{
	co_await next_packet(-2);
	co_return -number(ctx);
}

// DO: run truths_program == 1
// DO: run truths_program port=7 == 1
// DO: run smalls_program == 200
// DO: run smalls_program port=255 == 255
// DO: run negatives_program == -2
// DO: run negatives_program port=3 == -3
#define PROGRAM(map, fiber)						\
	SEC("xdp") int map##_program(struct xdp_md *ctx)		\
	{								\
		__u32 key = 0;						\
									\
		return fiber_deliver(&map, fiber, &key, ctx, REFUSED);	\
	}

PROGRAM(truths, truth)
PROGRAM(smalls, small)
PROGRAM(negatives, negative)
