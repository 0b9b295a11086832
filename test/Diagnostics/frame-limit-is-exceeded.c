// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A frame that is larger than allowed says so.
// RUN: %diagnosed
// WRONG: -fbpf-fiber-frame-limit=3
#include "fiber.h"

FRAMES(f);

FIBER int f(struct xdp_md *ctx) // SAYS: error: the frame of fiber 'f' has 4 bytes; the limit is 3 [bpf-fiber-frame-limit]
{
	co_await next_packet(XDP_DROP);
	co_return XDP_PASS;
}

DELIVER_PACKETS(f);
