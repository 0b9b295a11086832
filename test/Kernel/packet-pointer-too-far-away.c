// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A packet pointer that points farther than packets reach does not come to
// point into one: its distance is kept in 16 bits, and is not cut off.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(reading);

int reads;

// DO: run deliver port=1 == 1
// DO: run deliver port=1 == 100
// DO: check reads == 1
// DO: run deliver port=32769 == 1
// DO: run deliver port=1
// DO: check reads == 1
// DO: check #frames == 0
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
