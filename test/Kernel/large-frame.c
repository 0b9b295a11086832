// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A fiber may keep more than fits twice on the 512 byte stack of a program.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(hoarder);

// DO: run deliver port=1 == 0
// DO: check frames[0].seen[0] == 1
// DO: run deliver port=2 repeat=99 == 99
// DO: check frames[0].seen[0] == 1
// DO: check frames[0].seen[57] == 2
// DO: check frames[0].seen[99] == 2
// DO: run deliver port=3 == 199
// DO: check #frames == 0
FIBER int hoarder(struct xdp_md *ctx)
{
	__u32 seen[100];
	int sum = 0;

	for (__u32 i = 0; i < 100; i++) {
		seen[i] = number(ctx);
		co_await next_packet(i);
	}
	for (__u32 i = 0; i < 100; i++)
		sum += seen[i];
	co_return sum;
}

DELIVER_PACKETS(hoarder)
