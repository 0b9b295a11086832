// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A value that is computed again behind an await from a part of what is kept
// (low, a byte of whole) is right although that part was kept across an earlier
// await only.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(parts);

// DO: run deliver port=4660 == 1
// DO: run deliver == 0x34
// DO: run deliver == 0xfc
// DO: run deliver == 0x30
// DO: check #frames == 0
FIBER int parts(struct xdp_md *ctx)
{
	__u64 whole = number(ctx);
	__u8 low = whole;

	co_await next_packet(1);
	co_await next_packet(low);
	low += 200;
	co_await next_packet(low);
	co_return (__u8)(low + whole);
}

DELIVER_PACKETS(parts)
