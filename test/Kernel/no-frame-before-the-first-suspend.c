// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A fiber that ends without suspending never touches the map, and works even
// when the map is full.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FIBER_MAP(frames, brief, BPF_MAP_TYPE_HASH, __u32, 1);

// DO: run deliver port=5 repeat=1000 == 50
// DO: check #frames == 0
// DO: put frames[77] = 1
// DO: run deliver port=5 == 50
// DO: check brief_counters.full == 0
// DO: run deliver port=100 == 999
// DO: check brief_counters.full == 1
// DO: delete frames[77]
// DO: run deliver port=100 == 1
// DO: check #frames == 1
// DO: run deliver port=100 == 2
// DO: check #frames == 0
FIBER int brief(struct xdp_md *ctx)
{
	if (number(ctx) < 10)
		co_return number(ctx) * 10;
	co_await next_packet(1);
	co_return 2;
}

DELIVER_PACKETS(brief)
