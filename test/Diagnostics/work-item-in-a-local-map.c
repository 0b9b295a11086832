// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// So does a work item.
// RUN: %diagnosed
#include "fiber.h"

FIBER_LOCAL_MAP(f_frames, f, BPF_MAP_TYPE_HASH, __u32, 16);

FIBER int f(struct xdp_md *ctx)
{
#ifdef WRONG
	co_await defer(XDP_DROP); // SAYS: error: fiber 'f' uses a work item, and its map 'f_frames' is a FIBER_LOCAL_MAP() [bpf-fiber-local-map]
#else
	co_await next_packet(XDP_DROP);
#endif
	co_return XDP_PASS;
}

DELIVER_PACKETS(f);
