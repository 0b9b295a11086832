// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// fiber_resume() without a fiber gives the verdict of refusal and counts, in a
// HASH and in an ARRAY map, also for a key that an ARRAY does not have.
// RUN: %everywhere %s %t
// RUN: %everywhere %s %t-array -DMAP_TYPE=BPF_MAP_TYPE_ARRAY
#include "kernel-test.h"

#ifndef MAP_TYPE
#define MAP_TYPE BPF_MAP_TYPE_HASH
#endif

FIBER_MAP(frames, lonely, MAP_TYPE, __u32, 4);

int ran;

// DO: run resume port=1 repeat=3 == 999
// DO: check lonely_counters.absent == 3
// DO: run resume port=9 == 999
// DO: check ran == 0
// DO: check frames[9] == absent
// DO: run start port=1 == 1
// DO: run resume port=1 == 2
// DO: check ran == 2
FIBER int lonely(struct xdp_md *ctx)
{
	ran++;
	co_await next_packet(1);
	ran++;
	co_return 2;
}

SEC("xdp") int start(struct xdp_md *ctx)
{
	__u32 key = number(ctx);

	return fiber_deliver(&frames, lonely, &key, ctx, REFUSED);
}

SEC("xdp") int resume(struct xdp_md *ctx)
{
	__u32 key = number(ctx);

	return fiber_resume(&frames, lonely, &key, ctx, REFUSED);
}
