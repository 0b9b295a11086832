// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What is used up of a quantum in a packet's activation goes on in a work item.
// RUN: %diagnosed
// OPTIONS: -fbpf-fiber-quantum=1000
#include "fiber.h"

#ifdef WRONG
FIBER_LOCAL_MAP(f_frames, f, BPF_MAP_TYPE_HASH, __u32, 16);
#else
FRAMES(f);
#endif

FIBER int f(struct xdp_md *ctx)
{
	__u32 n = ctx->rx_queue_index;
	__u64 sum = 0;

	co_await next_packet(XDP_DROP);
	for (__u32 i = 0; i < n; i++) // SAYS: error: fiber 'f' uses a work item, and its map 'f_frames' is a FIBER_LOCAL_MAP() [bpf-fiber-local-map]
		sum += bpf_get_prandom_u32();
	co_return sum & 1;
}

DELIVER_PACKETS(f);
