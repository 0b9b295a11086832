// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A timer runs beside the thread or CPU that a local map is for.
// RUN: %diagnosed
#include "fiber.h"

#ifdef WRONG
FIBER_LOCAL_MAP(f_frames, f, BPF_MAP_TYPE_HASH, __u32, 16);
#else
FRAMES(f);
#endif

FIBER int f(struct xdp_md *ctx)
{
	if (co_await next_packet_or_timeout(XDP_DROP, 1000000) == FIBER_TIMEOUT) // SAYS: error: fiber 'f' uses a timer, and its map 'f_frames' is a FIBER_LOCAL_MAP() [bpf-fiber-local-map] // NOTE: its frames are not claimed, so nothing would keep the timer and the programs that run the fiber apart: declare the map with FIBER_MAP()
		co_return 0;
	co_return XDP_PASS;
}

DELIVER_PACKETS(f);
