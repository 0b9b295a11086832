// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "kernel-test.h"

FIBER_MAP(frames, indexes, BPF_MAP_TYPE_ARRAY, __u32, 4);

__u64 kept[16];

FIBER int indexes(struct xdp_md *ctx)
{
	__u32 queue = ctx->rx_queue_index, n = 0;

	while (co_await next_packet_or_timeout(XDP_DROP, 1000) == FIBER_PACKET)
		n++;
	co_await next_packet(XDP_DROP);
	co_await defer(XDP_DROP);
	kept[queue] += n;
	co_return XDP_PASS;
}

DELIVER_PACKETS(indexes)

// EXPLAIN: index-from-a-frame.c:16:14: error: program 'deliver': a number without upper bound is part of the address
// EXPLAIN: note: this is run by the work item of fiber 'indexes'
// EXPLAIN: index-from-a-frame.c:15:11: note: fiber 'indexes' was resumed from its co_await in state L15_defer
// EXPLAIN: index-from-a-frame.c:16:2: note: R{{[0-9]}} points to a global variable (
// EXPLAIN: index-from-a-frame.c:15:11: note: the number that was added to R{{[0-9]}} was computed from 'queue', kept across a co_await in the frame of fiber 'indexes' (struct indexes_frame, offset {{[0-9]+}})
// EXPLAIN: note: the verifier says (check_mem_region_access()): R{{[0-9]}} unbounded memory access
// EXPLAIN: note: the verifier forgets what it knew of a number that was in a frame
