// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What is missing is said at once.
// RUN: %diagnosed
// WRONG: -O0 -g0
#include "fiber.h"

FRAMES(f);

FIBER int f(struct xdp_md *ctx) // SAYS: error: fiber 'f' needs debug info and optimization: compile with -O2 -g [bpf-fiber-needs-debug-info]
{
	co_await next_packet(XDP_DROP);
	co_return XDP_PASS;
}

DELIVER_PACKETS(f);
