// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// fiber_spawn() takes flags that are only known when it runs, and an array map
// is still known to be one.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FIBER_MAP(frames, waiting, BPF_MAP_TYPE_ARRAY, __u32, 4);

// DO: run start port=0 == 5
// DO: run start port=0 == 999
// DO: check waiting_counters.exists == 1
// DO: run start port=1 == 5
// DO: check frames[0].started == 1
FIBER int waiting(struct xdp_md *ctx)
{
	int started = number(ctx);

	co_await next_packet(5);
	co_return started;
}

SEC("xdp") int start(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_spawn(&frames, waiting, &key, ctx,
			   number(ctx) ? FIBER_REPLACE : FIBER_REFUSE, REFUSED);
}

DELIVER_PACKETS(waiting)
