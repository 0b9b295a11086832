// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Of fibers that are awaited one after the other, and of the one that awaits in
// tail position, the frame has room for the largest and not for their sum: 8
// bytes with the state, 32 for any of the three buffers.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(parent);

/* What the buffer holds is seen by a helper, so it stays in memory. */
static __always_inline int fill(struct xdp_md *ctx, void *to)
{
	return bpf_xdp_load_bytes(ctx, 0, to, 32);
}

FIBER int first(struct xdp_md *ctx)
{
	__u8 bytes[32];

	if (fill(ctx, bytes))
		co_return 0;
	co_await next_packet(1);
	co_return bytes[(number(ctx) + 11) & 31];
}

FIBER int second(struct xdp_md *ctx)
{
	__u8 words[32];

	if (fill(ctx, words))
		co_return 0;
	co_await next_packet(2);
	co_return words[(number(ctx) + 11) & 31];
}

FIBER int last(struct xdp_md *ctx, int sum)
{
	__u8 tail[32];

	if (fill(ctx, tail))
		co_return 0;
	co_await next_packet(3);
	co_return sum + tail[(number(ctx) + 11) & 31];
}

/* Byte 12 of a packet is 8, byte 13 is 0: ETH_P_IP. */
// DO: check frames.value_size <= 40
// DO: run deliver port=1 == 1
// DO: check frames[0].bytes[12] == 8
// DO: run deliver port=1 == 2
// DO: check frames[0].words[12] == 8
// DO: run deliver port=1 == 3
// DO: run deliver port=1 == 24
// DO: check #frames == 0
FIBER int parent(struct xdp_md *ctx)
{
	int sum = co_await first(ctx);

	sum += co_await second(ctx);
	co_return co_await last(ctx, sum);
}

DELIVER_PACKETS(parent)
