// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A byte of the packet is picked by a remainder with a mask, of which LLVM finds
// out late, in one part of the fiber, that the remainder needs none. The verifier
// knows nothing of it but what the mask says, and nobody can mask it again behind
// what the packet's pointer was compared with.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(picks);

__u32 divisor = 6;
__s8 choice;

// DO: run deliver port=9 == 0
// DO: set choice = 2
// DO: run deliver port=9 == 2
// DO: run deliver port=101 == 200
// DO: run deliver port=9 == 2
// DO: check #frames == 0
// DO: set choice = 11
// DO: run deliver port=9 == 100
// DO: run deliver port=9 == 4
// DO: check #frames == 0
FIBER int picks(struct xdp_md *ctx)
{
	__u64 n = number(ctx), last = n;
	__u8 *data, *end;
	__u32 i;

	if ((__u64)choice > 2) {
		co_await next_packet(100);
		last = number(ctx);
	}
	if ((__s64)last > 100)
		co_await next_packet(200);
	i = ((__u32)choice % (divisor | 1)) & 7;
	data = (void *)(long)ctx->data;
	end = (void *)(long)ctx->data_end;
	if (data + i + 1 > end)
		co_return -2;
	if (data[i] == 7)
		co_await next_packet(300);
	co_return i;
}

DELIVER_PACKETS(picks)
