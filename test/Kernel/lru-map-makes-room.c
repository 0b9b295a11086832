// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// In an LRU_HASH map new fibers push old ones out: nobody is refused, and who
// was pushed out starts over.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FIBER_MAP(frames, many, BPF_MAP_TYPE_LRU_HASH, __u32, 1024);

__u32 keys;

// DO: run deliver repeat=20000 == 1
// DO: check keys == 20000
// DO: check many_counters.full + many_counters.aborted == 0
// DO: check #frames <= 1024
// DO: check #frames > 100
// DO: check frames[19999].state == L*_next_packet
// DO: set keys = 0
// DO: run deliver == 1
// DO: set keys = 0
// DO: run deliver == 2
FIBER int many(struct xdp_md *ctx)
{
	co_await next_packet(1);
	co_return 2;
}

SEC("xdp") int deliver(struct xdp_md *ctx)
{
	__u32 key = __sync_fetch_and_add(&keys, 1);

	return fiber_deliver(&frames, many, &key, ctx, REFUSED);
}
