// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Version 1 of the instruction set has no atomics that fetch.
// RUN: %diagnosed
// WRONG: -mcpu=v1
#include "fiber.h"

FRAMES(f);

FIBER int f(struct xdp_md *ctx) // SAYS: error: fiber 'f' needs atomic instructions that -mcpu=v1 does not have: compile with -mcpu=v3 or -mcpu=v4 [bpf-fiber-needs-cpu-v3]
{
	co_await next_packet(XDP_DROP);
	co_return XDP_PASS;
}

DELIVER_PACKETS(f);
