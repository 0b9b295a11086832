// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Two CPUs deliver to one fiber at once: each delivery is either one activation,
// which no other one overlaps, or one refusal that is counted.
// REQUIRES: two-cpus
// RUN: %everywhere %s %t
// RUN: %everywhere %s %t-array -DMAP_TYPE=BPF_MAP_TYPE_ARRAY
#include "kernel-test.h"

#ifndef MAP_TYPE
#define MAP_TYPE BPF_MAP_TYPE_HASH
#endif

FIBER_MAP(frames, counting, MAP_TYPE, __u32, 4);

/* Changed without atomics, by who holds the claim only. */
__u64 activations, refused;
__u64 inside, overlaps;

// DO: parallel deliver repeat=300000 | deliver repeat=300000
// DO: check activations + refused == 600000
// DO: check activations > 100000
// DO: check counting_counters.busy + counting_counters.exists - refused == 0
// DO: check overlaps == 0
// DO: check frames[0].n + 1 - activations == 0
// DO: check counting_counters.aborted + counting_counters.full == 0
FIBER int counting(struct xdp_md *ctx)
{
	__u64 n = 0;

	/* before the first suspend of a HASH map's fiber there is no claim */
	co_await next_packet(0);
	for (;;) {
		if (__sync_fetch_and_add(&inside, 1))
			__sync_fetch_and_add(&overlaps, 1);
		n++;
		activations = n + 1;
		__sync_fetch_and_add(&inside, -1);
		co_await next_packet(0);
	}
}

SEC("xdp") int deliver(struct xdp_md *ctx)
{
	__u32 key = 0;
	long verdict = fiber_deliver(&frames, counting, &key, ctx, REFUSED);

	if (verdict == REFUSED)
		__sync_fetch_and_add(&refused, 1);
	return verdict;
}
