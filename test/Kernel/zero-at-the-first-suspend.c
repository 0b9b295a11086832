// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Variables that are zero at the first suspend are zero behind it, whatever was
// where the frame is built.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(counting);

/* Leaves something on the stack. */
static __attribute__((noinline)) int litter(void)
{
	volatile __u64 rubbish[32];

	for (int i = 0; i < 32; i++)
		rubbish[i] = 0x0101010101010101;
	return rubbish[7] == 0x0101010101010101;
}

// DO: run deliver port=5 == 0
// DO: check frames[0].wide == 0
// DO: check frames[0].sum == 0
// DO: run deliver port=6 == 6
// DO: run deliver port=7 == 13
// DO: run deliver port=8 == 21
// DO: check #frames == 0
FIBER int counting(struct xdp_md *ctx)
{
	__u64 wide = 0;
	__u32 sum = 0, key = number(ctx);

	for (__u32 i = 0; i < 2; i++) {
		co_await next_packet(sum);
		sum += number(ctx);
		wide += key;
	}
	co_await next_packet(sum);
	co_return sum + number(ctx) + wide - 10;
}

SEC("xdp") int deliver(struct xdp_md *ctx)
{
	__u32 key = 0;
	int clean = litter();

	return fiber_deliver(&frames, counting, &key, ctx, REFUSED) + clean - 1;
}
