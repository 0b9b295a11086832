// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Timers are newer than the oldest kernel.
// RUN: %diagnosed
// OPTIONS: -fbpf-fiber-kernel=5.12
#include "fiber.h"

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
#ifdef WRONG
	co_await next_packet_or_timeout(XDP_DROP, 1000); // SAYS: error: waiting for a time needs Linux 5.15, and the object is to load on 5.12 [bpf-fiber-kernel]
#else
	co_await next_packet(XDP_DROP);
#endif
	co_return XDP_PASS;
}

DELIVER_PACKETS(f);
