// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Version 4 of the instruction set is newer than the oldest kernel.
// RUN: %diagnosed
// OPTIONS: -fbpf-fiber-kernel=6.1
// WRONG: -mcpu=v4
#include "fiber.h"

FRAMES(f);

FIBER int f(struct xdp_md *ctx) // SAYS: error: -mcpu=v4 needs Linux 6.6, and the object is to load on 6.1 [bpf-fiber-kernel] // NOTE: compile with -mcpu=v3; or compile with -fbpf-fiber-kernel=6.6
{
	co_await next_packet(XDP_DROP);
	co_return XDP_PASS;
}

DELIVER_PACKETS(f);
