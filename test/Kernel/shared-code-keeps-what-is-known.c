// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Of an index that was checked before a fiber is awaited the verifier knows
// behind it again what it was, though the same code is awaited elsewhere with
// another index, or none, of another range; so it does of a pointer that points
// to one or another local. An await that hands down another pointer has its own
// code.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(indexed);

__u32 small[5], large[300];

FIBER int packets(struct xdp_md *ctx, __u32 n)
{
	int sum = 0;

	for (__u32 i = 0; i < n; i++) {
		co_await next_packet(i);
		sum += number(ctx);
	}
	co_return sum;
}

FIBER int fill(struct xdp_md *ctx, __u32 *to)
{
	for (int i = 0; i < 2; i++) {
		co_await next_packet(*to);
		*to += number(ctx);
	}
	co_return 0;
}

// DO: run deliver port=4 == 0
// DO: check frames[0].packets_returns_to == L*_packets
// DO: run deliver port=10 == 1
// DO: run deliver port=20 == 0
// DO: check small[4] == 30
// DO: check small[1] == 500
// DO: run deliver port=299 == 0
// DO: run deliver port=7 == 0
// DO: run deliver port=8 == 0
// DO: run deliver port=9 == 0
// DO: run deliver port=10 == 500
// DO: check small[0] == 8
// DO: check small[2] == 10
// DO: check large[299] == 299
// DO: check frames[0].state == L*_fill__L*_next_packet
// DO: run deliver port=1 == 501
// DO: run deliver port=2 == 1003
// DO: run deliver port=3 == 1006
// DO: run deliver port=4 == 1520
// DO: check #frames == 0
// DO: check indexed_counters.aborted == 0
FIBER int indexed(struct xdp_md *ctx)
{
	__u32 n = number(ctx), sum, a = 500, b = 400;
	__u32 *one = &a;

	if (n >= 5)
		co_return -1;
	sum = co_await packets(ctx, 2);
	small[n] = sum;
	small[1] = *one;
	one = &b;
	n = co_await packets(ctx, 1);
	*one += 100;
	if (n >= 300)
		co_return -2;
	sum = co_await packets(ctx, 1);
	large[n] = n;
	for (int k = 0; k < 3; k++) {
		co_await packets(ctx, 1);
		small[k] = number(ctx);
	}
	co_await fill(ctx, &a);
	b += a;
	co_await fill(ctx, &b);
	co_return a + b + sum;
}

DELIVER_PACKETS(indexed)
