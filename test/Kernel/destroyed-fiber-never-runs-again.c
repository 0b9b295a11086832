// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// fiber_destroy() ends a suspended fiber together with its timer, says when
// there is none, and the key can be used anew. HASH and ARRAY alike.
// RUN: %everywhere %s %t
// RUN: %everywhere %s %t-array -DMAP_TYPE=BPF_MAP_TYPE_ARRAY
#include "kernel-test.h"

#ifndef MAP_TYPE
#define MAP_TYPE BPF_MAP_TYPE_HASH
#endif

FIBER_MAP(frames, doomed, MAP_TYPE, __u32, 4);

int woken;

// DO: run destroy == -2
// DO: run deliver == XDP_DROP
// DO: run destroy == 0
// DO: run destroy == -2
// DO: sleep 400
// DO: check woken == 0
// DO: run deliver == XDP_DROP
// DO: wait woken == 1
// DO: sleep 100
// DO: check woken == 1
// DO: run destroy == -2
FIBER int doomed(struct xdp_md *ctx)
{
	co_await sleep_ns(300 * NS_PER_MS);
	woken++;
	co_return 0;
}

DELIVER_PACKETS(doomed)

SEC("xdp") int destroy(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_destroy(&frames, doomed, &key);
}
