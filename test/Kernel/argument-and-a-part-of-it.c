// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// An argument and what is computed from it first of all both live across an
// await.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(narrowed);

volatile __u32 whole = 0x12fe;

// DO: run deliver port=1 == 1
// DO: check frames[0].whole == 0x12fe
// DO: run deliver port=2 == 0x12fc
// DO: check #frames == 0
FIBER int narrowed(struct xdp_md *ctx, __u32 whole)
{
	__s8 part = whole;

	co_await next_packet(1);
	co_return whole + part;
}

SEC("xdp") int deliver(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&frames, narrowed, &key, ctx, REFUSED, whole);
}
