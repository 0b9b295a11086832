// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A program cannot begin in the middle.
// RUN: %diagnosed
#include "fiber.h"

FRAMES(f);

#ifdef WRONG
SEC("xdp") FIBER int f(struct xdp_md *ctx) // SAYS: error: fiber 'f' cannot itself be the program of section 'xdp' [bpf-fiber-section] // NOTE: write a program for the hook that starts the fiber with fiber_spawn() or fiber_deliver()
#else
FIBER int f(struct xdp_md *ctx)
#endif
{
	co_await next_packet(XDP_DROP);
	co_return 0;
}

DELIVER_PACKETS(f);
