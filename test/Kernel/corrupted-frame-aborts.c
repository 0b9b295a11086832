// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A frame that user space has filled with what the compiler had proved
// impossible ends its fiber and is counted; memory is not touched outside.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(indexing);

__u32 totals[8] = { 0, 100, 200, 300, 400, 500, 600, 700 };

// DO: run deliver port=3 == 1
// DO: check frames[0].state == L*_next_packet
// DO: check frames[0].i == 3
// DO: put frames[0] = 1,255
// DO: run deliver port=0 == 999
// DO: check indexing_counters.aborted == 1
// DO: check #frames == 0
// DO: run deliver port=7 == 1
// DO: run deliver port=0 == 700
FIBER int indexing(struct xdp_md *ctx)
{
	__u32 i = number(ctx);

	if (i >= 8)
		co_return 2;
	co_await next_packet(1);
	co_return totals[i];
}

DELIVER_PACKETS(indexing)
