// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Three arguments can be handed over.
// RUN: %diagnosed
#include "fiber.h"

FRAMES(f);

#ifdef WRONG
FIBER int f(struct xdp_md *ctx, int a, int b, int c, int d) // SAYS: error: fiber 'f' has 4 arguments after its context, at most 3 can be handed over [bpf-fiber-prototype]
#else
FIBER int f(struct xdp_md *ctx, int a, int b, int c)
#endif
{
	co_await next_packet(XDP_DROP);
	co_return 0;
}

#ifdef WRONG
DELIVER_PACKETS(f, 1, 2, 3, 4);
#else
DELIVER_PACKETS(f, 1, 2, 3);
#endif
