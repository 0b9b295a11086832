// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A pointer into bytes that are the last of their frame is used for one of them
// first, then for eight: a frame in which there are fewer behind it aborts.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(walks);

// DO: run deliver port=7 == 0
// DO: check frames.value_size == 24
// DO: check frames[0].at == 4096
// DO: run deliver port=1 == 3
// DO: run deliver port=2 == 6
// DO: run deliver port=3 == 0
// DO: run deliver port=0 == 115
// DO: check #frames == 0
// DO: run deliver port=7 == 0
// DO: put frames[0] = 1,4102,0,0,0,0,0,0,0,0,0,0,0,0,0,0,9,0
// DO: run deliver port=1 == 0
// DO: put frames[0] = 1,4105,0,0,0,0,0,0,0,0,0,0,0,0,0,0,9,0
// DO: run deliver port=1 == 999
// DO: check walks_counters.aborted == 1
FIBER int walks(struct xdp_md *ctx)
{
	char text[16] = "bpf-fiber-walks", *at = text;

	for (;;) {
		co_await next_packet(at - text);
		if (!number(ctx))
			co_return text[14];
		*at = number(ctx);
		bpf_xdp_load_bytes(ctx, 0, at, 8);
		at += 3;
		if (at == text + 9)
			at = text;
	}
}

DELIVER_PACKETS(walks)
