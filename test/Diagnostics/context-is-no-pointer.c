// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The first parameter is the context.
// RUN: %diagnosed
// WRONG: -Wno-int-conversion
#include "fiber.h"

FRAMES(f);

#ifdef WRONG
FIBER int f(int port) // SAYS: error: first parameter of fiber 'f' must be a pointer, its context, not 'int' [bpf-fiber-prototype]
#else
FIBER int f(struct xdp_md *ctx)
#endif
{
	co_await next_packet(XDP_DROP);
	co_return 0;
}

DELIVER_PACKETS(f);
