// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A helper that gives up in the timer ends the fiber there: behind it there is
// a packet, and nothing that helpers return is kept, at any level.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(reads);

#define ARRIVED_NS	20000000ULL

/* Not inlined, as it is called from many places. */
__attribute__((noinline)) int take(struct xdp_md *ctx, long *sum)
{
	if (!sum || number(ctx) > 8)
		return 0;
	*sum += number(ctx);
	return *sum % 2 ? XDP_DROP : XDP_PASS;
}

/* Sums up packets until there is a 9. */
static __always_inline int read(struct xdp_md *ctx, long *sum)
{
	int verdict;

	*sum = 0;
	while ((verdict = take(ctx, sum)))
		if (co_await next_packet_or_timeout(verdict, ARRIVED_NS) != FIBER_PACKET)
			return -1;
	return 0;
}

static __always_inline long sum_of(struct xdp_md *ctx, long *sum)
{
	co_try(co_await read(ctx, sum));
	return *sum;
}

// DO: check frames.value_size == 40
// DO: run deliver port=1 == XDP_DROP
// DO: run deliver port=3 == XDP_PASS
// DO: run deliver port=9 == XDP_ABORTED
// DO: run deliver port=3 == XDP_DROP
// DO: run deliver port=9 == XDP_ABORTED
// DO: run deliver port=5 == XDP_DROP
// DO: run deliver port=9 == 435
// DO: check #frames == 0
// DO: run deliver port=1 == XDP_DROP
// DO: run deliver port=9 == XDP_ABORTED
// DO: run deliver port=3 == XDP_DROP
// DO: wait #frames == 0
// DO: run deliver port=1 == XDP_DROP
// DO: wait #frames == 0
FIBER int reads(struct xdp_md *ctx)
{
	__u16 all = 0;
	long sum, n;

	for (int i = 0; i < 2; i++) {
		n = co_try(co_await sum_of(ctx, &sum));
		all = all * 10 + n;
		co_await next_packet(XDP_ABORTED);
	}
	n = co_try(co_await sum_of(ctx, &sum));
	if (n != number(ctx))
		all = all * 10 + n;
	n = co_try(co_await sum_of(ctx, &sum));
	co_return n == number(ctx) ? n : all;
}

DELIVER_PACKETS(reads)
