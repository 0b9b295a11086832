// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Nothing is inlined at -O0.
// RUN: %diagnosed
// WRONG: -O0
#include "fiber.h"

FRAMES(f);

FIBER int f(struct xdp_md *ctx) // SAYS: error: fiber 'f' cannot be compiled at -O0: compile with -O2, or with -O1, -O3, -Os, -Og [bpf-fiber-needs-optimization]
{
	co_await next_packet(XDP_DROP);
	co_return XDP_PASS;
}

DELIVER_PACKETS(f);
