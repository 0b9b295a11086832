// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What is known of one number by another, that both are of one await, is lost
// where awaits have common code: those that differ in two numbers of which
// addresses and sizes are made have their own.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(parts);

__u8 head[16];

FIBER int part(struct xdp_md *ctx, __u32 at, __u32 size)
{
	int sum = 0;

	co_await next_packet(at);
	if (bpf_xdp_load_bytes(ctx, at, head + at, size))
		co_return -1;
	sum += number(ctx);
	co_await next_packet(size);
	if (bpf_xdp_load_bytes(ctx, at, head + at, size))
		co_return -1;
	co_return sum + number(ctx);
}

// DO: run deliver port=1 == 0
// DO: run deliver port=2 == 4
// DO: run deliver port=3 == 4
// DO: run deliver port=4 == 12
// DO: run deliver port=5 == 12
// DO: run deliver port=6 == 4
// DO: run deliver port=7 == 27
// DO: check head[12] == 8
// DO: check #frames == 0
FIBER int parts(struct xdp_md *ctx)
{
	int sum = co_await part(ctx, 0, 4);

	sum += co_await part(ctx, 4, 12);
	sum += co_await part(ctx, 12, 4);
	co_return sum;
}

DELIVER_PACKETS(parts)
