// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A fiber that finds no room for its frame gives the verdict of refusal and is
// counted, with and without a timer in the frame, and leaves nothing behind.
// RUN: %everywhere %s %t
// RUN: %everywhere %s %t-timer -DTIMER
#include "kernel-test.h"

FIBER_MAP(frames, many, BPF_MAP_TYPE_HASH, __u32, 4,
	  __uint(map_flags, BPF_F_NO_PREALLOC););

// DO: run deliver port=1 == 1
// DO: run deliver port=2 == 1
// DO: run deliver port=3 == 1
// DO: run deliver port=4 == 1
// DO: run deliver port=5 == 999
// DO: run deliver port=6 == 999
// DO: check many_counters.full == 2
// DO: check #frames == 4
// DO: run deliver port=3 == 2
// DO: check #frames == 3
// DO: run deliver port=5 == 1
// DO: check many_counters.full == 2
FIBER int many(struct xdp_md *ctx)
{
#ifdef TIMER
	co_await next_packet_or_timeout(1, 60000 * NS_PER_MS);
#else
	co_await next_packet(1);
#endif
	co_return 2;
}

SEC("xdp") int deliver(struct xdp_md *ctx)
{
	__u32 key = number(ctx);

	return fiber_deliver(&frames, many, &key, ctx, REFUSED);
}
