// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What is not needed after an await takes no room in the frame: locals of
// different phases share it, and the stack holds what lives between awaits.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(phases);

static __attribute__((noinline)) int fold(const __u8 *bytes, int seed)
{
	int sum = seed;

	if (!bytes)
		return 0;
	for (int i = 0; i < 64; i++)
		sum = sum * 31 + bytes[i];
	return sum;
}

// DO: run deliver port=1 == 1
// DO: run deliver port=1 == 2
// DO: run deliver port=1 == 3
// DO: check frames.value_size <= 76
// DO: check #frames == 0
FIBER int phases(struct xdp_md *ctx)
{
	int expected, scratch_sum;

	{
		__u8 scratch[64];

		__builtin_memset(scratch, number(ctx), sizeof(scratch));
		scratch_sum = fold(scratch, 0);
	}
	{
		__u8 first[64];

		__builtin_memset(first, number(ctx), sizeof(first));
		co_await next_packet(1);
		if (fold(first, 0) != scratch_sum)
			co_return -1;
	}
	{
		__u8 second[64];

		__builtin_memset(second, number(ctx) + 1, sizeof(second));
		expected = fold(second, 7);
		co_await next_packet(2);
		if (fold(second, 7) != expected)
			co_return -2;
	}
	co_return 3;
}

SEC("xdp") int deliver(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&frames, phases, &key, ctx, REFUSED);
}
