// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// fiber_spawn() starts where there is no fiber; where there is one it leaves
// it alone and counts, or replaces it, as it is told; also by one that ends
// before it has suspended. HASH, ARRAY, and local alike.
// RUN: %everywhere %s %t
// RUN: %everywhere %s %t-local -DDEFINE_MAP=FIBER_LOCAL_MAP
// RUN: %everywhere %s %t-array -DMAP_TYPE=BPF_MAP_TYPE_ARRAY
#include "kernel-test.h"

#ifndef MAP_TYPE
#define MAP_TYPE BPF_MAP_TYPE_HASH
#endif

#ifndef DEFINE_MAP
#define DEFINE_MAP FIBER_MAP
#endif

DEFINE_MAP(frames, spawned, MAP_TYPE, __u32, 4);

// DO: run refuse port=10 == 10
// DO: run refuse port=20 == 999
// DO: check spawned_counters.exists == 1
// DO: run resume port=1 == 11
// DO: run replace port=30 == 30
// DO: check spawned_counters.exists == 1
// DO: run resume port=2 == 32
// DO: run resume port=3 == 35
// DO: run refuse port=40 == 40
// DO: run resume port=0 == 40
// DO: run resume port=0 == 40
// DO: run resume port=0 == 999
// DO: check spawned_counters.absent == 1
// DO: run replace port=50 == 50
// DO: run replace port=77 == 7
// DO: run resume port=0 == 999
// DO: check spawned_counters.absent == 2
// DO: check spawned_counters.busy + spawned_counters.aborted == 0
FIBER int spawned(struct xdp_md *ctx)
{
	int sum = number(ctx);

	if (sum == 77)
		co_return 7;
	for (int i = 0; i < 2; i++) {
		co_await next_packet(sum);
		sum += number(ctx);
	}
	co_return sum;
}

SEC("xdp") int refuse(struct xdp_md *ctx)
{
	__u32 key = 2;

	return fiber_spawn(&frames, spawned, &key, ctx, FIBER_REFUSE, REFUSED);
}

SEC("xdp") int replace(struct xdp_md *ctx)
{
	__u32 key = 2;

	return fiber_spawn(&frames, spawned, &key, ctx, FIBER_REPLACE, REFUSED);
}

SEC("xdp") int resume(struct xdp_md *ctx)
{
	__u32 key = 2;

	return fiber_resume(&frames, spawned, &key, ctx, REFUSED);
}
