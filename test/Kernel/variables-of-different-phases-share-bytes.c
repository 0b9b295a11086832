// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Variables and buffers of phases that do not meet are in the same bytes of the
// frame, and each phase finds what it left there.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(phases);

struct pair {
	__u64 low, high;
};

static __attribute__((noinline)) __u64 mix(struct pair *pair, __u64 seed)
{
	if (!pair)
		return 0;
	pair->low += seed;
	pair->high ^= pair->low;
	return pair->low * 31 + pair->high;
}

// The second phase is the largest: 36 bytes; the common variable has 4 and the
// header 4.
// DO: run deliver port=1 == 1
// DO: check frames[0].common == 1
// DO: run deliver port=2 == 2
// DO: check frames[0].queue == 2
// DO: run deliver port=3 == 3
// DO: check frames[0].common == 1
// DO: run deliver port=4 == 4
// DO: run deliver port=5 == 10
// DO: check frames.value_size == 48
// DO: check #frames == 0
FIBER int phases(struct xdp_md *ctx)
{
	__u32 common = number(ctx);

	{
		__u64 stamp = bpf_ktime_get_ns(), other = stamp * 3;

		co_await next_packet(1);
		if (other != stamp * 3 || !stamp)
			co_return -1;
	}
	{
		__u32 queue = number(ctx);
		struct pair pair = { queue, 7 };
		__u64 expected = mix(&pair, 5), low = pair.low;

		co_await next_packet(2);
		if (queue != 2 || pair.low != low || low != 7 || pair.high != (7 ^ 7) ||
		    expected != 7 * 31)
			co_return -2;
		/* Used in the activation in which its bytes become another's. */
		mix(&pair, queue);
	}
	{
		struct pair later = { 100, 200 };
		__u64 sum = mix(&later, number(ctx));

		co_await next_packet(3);
		if (later.low != 103 || sum != 103 * 31 + later.high)
			co_return -3;
	}
	for (__u16 i = 0; i < 2; i++) {
		if (i && number(ctx) != 5)
			co_return -4;
		if (i)
			break;
		co_await next_packet(4);
	}
	co_return common * 10;
}

SEC("xdp") int deliver(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&frames, phases, &key, ctx, REFUSED);
}
