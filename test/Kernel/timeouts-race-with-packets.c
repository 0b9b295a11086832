// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Packets on two CPUs race with the timers of their fibers: every fiber ends
// once, by its timeout or by its last packet, and none stays behind.
// REQUIRES: two-cpus
// RUN: %everywhere %s %t
#include "kernel-test.h"

FIBER_MAP(frames, racing, BPF_MAP_TYPE_HASH, __u32, 1024);

__u64 begun, by_timeout, by_packet;

// DO: parallel deliver cpu=0 repeat=1500000 | deliver cpu=1 repeat=1500000
// DO: wait #frames == 0
// DO: check begun - by_timeout - by_packet - racing_counters.exists - racing_counters.aborted == 0
// DO: check by_packet > 100
// DO: check by_timeout > 10
FIBER int racing(struct xdp_md *ctx)
{
	__sync_fetch_and_add(&begun, 1);
	for (int i = 0; i < 200; i++) {
		if (co_await next_packet_or_timeout(1, 2 * NS_PER_MS) == FIBER_TIMEOUT) {
			__sync_fetch_and_add(&by_timeout, 1);
			co_return 0;
		}
	}
	__sync_fetch_and_add(&by_packet, 1);
	co_return 2;
}

SEC("xdp") int deliver(struct xdp_md *ctx)
{
	/*
	 * A key has packets for 65 us and then none for 4 ms, so that its timer
	 * fires about when its next packets come.
	 */
	__u32 key = bpf_ktime_get_ns() >> 16 & 63;

	return fiber_deliver(&frames, racing, &key, ctx, REFUSED);
}
