// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A fiber that ends while its timer is queued leaves nothing to its successor
// under the same key: it is not woken early, nor counted as woken wrongly.
// RUN: %everywhere %s %t
// RUN: %everywhere %s %t-array -DMAP_TYPE=BPF_MAP_TYPE_ARRAY
#include "kernel-test.h"

#ifndef MAP_TYPE
#define MAP_TYPE BPF_MAP_TYPE_HASH
#endif

FIBER_MAP(frames, waiting, MAP_TYPE, __u32, 4);

__u64 waited;
int timeouts;

// DO: run deliver port=1 == 1
// DO: run deliver port=2 == 2
// DO: sleep 700
// DO: check timeouts == 0
// DO: check waiting_counters.not_waiting == 0
// DO: run deliver port=1 == 1
// DO: sleep 300
// DO: run deliver port=2 == 2
// DO: run deliver port=3 == 1
// DO: wait timeouts == 1
// DO: check waited > 580000000
// DO: check waiting_counters.not_waiting + waiting_counters.aborted == 0
// DO: run deliver port=1 == 1
FIBER int waiting(struct xdp_md *ctx)
{
	__u64 start = bpf_ktime_get_ns();

	if (co_await next_packet_or_timeout(1, 600 * NS_PER_MS) == FIBER_TIMEOUT) {
		waited = bpf_ktime_get_ns() - start;
		timeouts++;
	}
	co_return 2;
}

DELIVER_PACKETS(waiting)
