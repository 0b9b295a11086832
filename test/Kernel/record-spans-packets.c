// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A record that comes in pieces is put together in the frame: the verifier is
// told as much of a position that moves in steps of eight as LLVM knows.
// RUN: %everywhere %s %t
#include "kernel-test.h"

#define PIECE	8

FRAMES(assemble);

// DO: run deliver port=1 == 0
// DO: run deliver port=2 == 8
// DO: check frames[0].record[15] == 2
// DO: run deliver port=3 == 48
// DO: check #frames == 0
FIBER int assemble(struct xdp_md *ctx)
{
	__u8 record[3 * PIECE];
	__u32 at, sum = 0;

	for (at = 0; at < sizeof(record); at += PIECE) {
		__builtin_memset(record + at, number(ctx), PIECE);
		if (at + PIECE < sizeof(record))
			co_await next_packet(at);
	}
	for (at = 0; at < sizeof(record); at++)
		sum += record[at];
	co_return sum;
}

DELIVER_PACKETS(assemble)
