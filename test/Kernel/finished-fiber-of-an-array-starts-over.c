// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// In an ARRAY map a finished fiber starts over with the next delivery, with
// nothing left of its earlier run, and elements do not know of each other.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FIBER_MAP(frames, counting, BPF_MAP_TYPE_ARRAY, __u32, 8);

// DO: check frames[0].state == NONE
// DO: run deliver port=5 == 1
// DO: run deliver port=5 == 2
// DO: check frames[5].n == 2
// DO: check frames[4].state == NONE
// DO: run deliver port=4 == 1
// DO: run deliver port=5 == 30
// DO: check frames[5].state == NONE
// DO: run deliver port=5 == 1
// DO: check frames[5].n == 1
// DO: run deliver port=4 == 2
// DO: run deliver port=8 == 999
FIBER int counting(struct xdp_md *ctx)
{
	int n = 0;

	while (++n < 3)
		co_await next_packet(n);
	co_return n * 10;
}

SEC("xdp") int deliver(struct xdp_md *ctx)
{
	__u32 key = number(ctx);

	return fiber_deliver(&frames, counting, &key, ctx, REFUSED);
}
