// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Line tables have no types.
// RUN: %diagnosed
// WRONG: -gline-tables-only
#include "fiber.h"

FRAMES(f);

FIBER int f(struct xdp_md *ctx) // SAYS: error: fiber 'f' needs full debug info, not only line tables: compile with -g [bpf-fiber-needs-debug-info]
{
	co_await next_packet(XDP_DROP);
	co_return XDP_PASS;
}

DELIVER_PACKETS(f);
