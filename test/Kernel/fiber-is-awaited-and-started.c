// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The same fiber has frames of its own, started by a verb, and is a part of
// others that await it; neither hears of the other. What it starts itself has
// the key of the frame that it runs in.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FIBER_MAP(counts, count_to, BPF_MAP_TYPE_HASH, __u32, 4);
FIBER_MAP(frames, twice, BPF_MAP_TYPE_ARRAY, __u32, 2);

__u64 keys;

/* Ends at once if there is nothing to count. */
FIBER int count_to(struct xdp_md *ctx, __u32 end, bool is_even)
{
	__u32 n = 0;

	keys = keys * 10 + *(const __u32 *)fiber_self();
	while (n < end) {
		co_await next_packet(n);
		if (is_even || number(ctx) % 2)
			n++;
	}
	co_return n + 100;
}

// DO: run deliver_twice port=1 == 0
// DO: run count port=1 == 0
// DO: check counts[3].state == L*_next_packet
// DO: check frames[1].state == L*_count_to__L*_next_packet
// DO: run deliver_twice port=2 == 1
// DO: run count port=2 == 0
// DO: check counts[3].n == 0
// DO: check frames[1].n == 1
// DO: run deliver_twice port=3 == 0
// DO: check frames[1].sum == 102
// DO: run count port=7 == 1
// DO: run count port=9 == 102
// DO: check #counts == 0
// DO: run deliver_twice port=4 == 0
// DO: run deliver_twice port=5 == 303
// DO: check frames[1].state == NONE
// DO: check keys == 1311
FIBER int twice(struct xdp_md *ctx)
{
	int sum = co_await count_to(ctx, 2, true);

	sum += co_await count_to(ctx, 1, false);
	co_return sum + co_await count_to(ctx, 0, false);
}

SEC("xdp") int deliver_twice(struct xdp_md *ctx)
{
	__u32 key = 1;

	return fiber_deliver(&frames, twice, &key, ctx, REFUSED);
}

SEC("xdp") int count(struct xdp_md *ctx)
{
	__u32 key = 3;

	return fiber_deliver(&counts, count_to, &key, ctx, REFUSED, 2, false);
}
