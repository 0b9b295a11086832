// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// One fiber, one FIBER_MAP().
// RUN: %diagnosed
#include "fiber.h"

FRAMES(f); // NOTE: the first declaration is here
#ifdef WRONG
FIBER_MAP(more, f, BPF_MAP_TYPE_HASH, __u64, 16); // SAYS: error: fiber 'f' has a FIBER_MAP() already [bpf-fiber-two-maps]
#else
FIBER_MAP(more, g, BPF_MAP_TYPE_HASH, __u64, 16);
#endif

FIBER int f(struct xdp_md *ctx)
{
	co_await next_packet(XDP_DROP);
	co_return XDP_PASS;
}

DELIVER_PACKETS(f);
