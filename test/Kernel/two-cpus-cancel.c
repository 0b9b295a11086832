// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Two CPUs start, cancel and replace fibers that wait for a packet or a short
// time: each fiber has one end, and a cancellation that says so has happened.
// REQUIRES: two-cpus
// RUN: %everywhere %s %t
// RUN: %everywhere %s %t-array -DMAP_TYPE=BPF_MAP_TYPE_ARRAY
#include "kernel-test.h"

#ifndef MAP_TYPE
#define MAP_TYPE BPF_MAP_TYPE_HASH
#endif

FIBER_MAP(frames, contested, MAP_TYPE, __u32, 8);

__u64 suspended, cancelled, timeouts, packets, destroyed, replaced, lost, wrong;

// DO: parallel race repeat=300000 | race repeat=300000
// DO: wait frames[*].state == 0
// DO: check suspended - contested_counters.exists - contested_counters.full - contested_counters.aborted - cancelled - timeouts - packets == 0
// DO: check wrong == 0
// DO: check cancelled > 50
// DO: check timeouts > 10
// DO: check packets > 50
// DO: check destroyed > 50
// DO: check cancelled >= destroyed
FIBER_CANCELLABLE int contested(struct xdp_md *ctx, __u32 number)
{
	__u32 copy = number;
	long woken;

	__sync_fetch_and_add(&suspended, 1);
	woken = co_await next_packet_or_timeout(1, NS_PER_MS);
	if (copy != number)
		__sync_fetch_and_add(&wrong, 1);
	if (woken == FIBER_CANCELED) {
		__sync_fetch_and_add(&cancelled, 1);
		co_await sleep_ns(1000);
		__sync_fetch_and_add(&wrong, 1);
	} else if (woken == FIBER_TIMEOUT) {
		__sync_fetch_and_add(&timeouts, 1);
	} else {
		__sync_fetch_and_add(&packets, 1);
	}
	co_return 2;
}

SEC("xdp") int race(struct xdp_md *ctx)
{
	/* A key is contested for half a millisecond and then left to its timer. */
	__u32 random = bpf_get_prandom_u32(), key = bpf_ktime_get_ns() >> 19 & 7;
	long verdict;

	switch (random >> 1 & 3) {
	case 0:
		verdict = fiber_spawn(&frames, contested, &key, ctx, FIBER_REPLACE, REFUSED,
				      random);
		break;
	case 1:
		verdict = fiber_deliver(&frames, contested, &key, ctx, REFUSED, random);
		break;
	default:
		verdict = fiber_destroy(&frames, contested, &key);
		if (!verdict)
			__sync_fetch_and_add(&destroyed, 1);
		else if (verdict != -2 && verdict != -16)
			__sync_fetch_and_add(&wrong, 1);
		break;
	}
	return verdict;
}
