// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A packet pointer that points farther than packets reach does not come to
// point into one: its distance is kept in 16 bits, and is not cut off. It fails
// the check as any that is beyond the end.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(reading);
FIBER_MAP(checking, checked, BPF_MAP_TYPE_HASH, __u32, 4);

int reads;

// DO: run deliver port=1 == 1
// DO: run deliver port=1 == 100
// DO: check reads == 1
// DO: run deliver port=32769 == 1
// DO: run deliver port=1 == 7
// DO: check reads == 1
// DO: check #frames == 0
// DO: check reading_counters.aborted == 0
FIBER int reading(struct xdp_md *ctx)
{
	__u8 *byte = (void *)(long)ctx->data + ((__u32)number(ctx) & 0xffff) * 2;

	co_await next_packet(1);
	if ((void *)(byte + 1) > (void *)(long)ctx->data_end)
		co_return 7;
	reads++;
	co_return *byte * 0 + 100;
}

DELIVER_PACKETS(reading)

/* It fails again where the first failure has led. */
// DO: run second port=1 == 1
// DO: run second port=1 == 100
// DO: run second port=32769 == 1
// DO: run second port=1 == 8
// DO: run second port=1 == 9
// DO: check #checking == 0
// DO: check checked_counters.aborted == 0
FIBER int checked(struct xdp_md *ctx)
{
	__u8 *byte = (void *)(long)ctx->data + ((__u32)number(ctx) & 0xffff) * 2;

	co_await next_packet(1);
	if ((void *)(byte + 1) > (void *)(long)ctx->data_end) {
		co_await next_packet(8);
		if ((void *)(byte + 1) > (void *)(long)ctx->data_end)
			co_return 9;
	}
	co_return *byte * 0 + 100;
}

SEC("xdp") int second(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&checking, checked, &key, ctx, REFUSED);
}
