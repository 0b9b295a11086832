// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// One function may be exempt from optimisation; not a fiber.
// RUN: %diagnosed
#include "fiber.h"

FRAMES(f);

#ifdef WRONG
__attribute__((optnone))
#endif
FIBER int f(struct xdp_md *ctx) // SAYS: error: fiber 'f' cannot be compiled with 'optnone' [bpf-fiber-needs-optimization]
{
	co_await next_packet(XDP_DROP);
	co_return XDP_PASS;
}

DELIVER_PACKETS(f);
