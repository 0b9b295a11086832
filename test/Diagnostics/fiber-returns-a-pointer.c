// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The fiber's value is the verdict for its hook.
// RUN: %diagnosed
#include "fiber.h"

FRAMES(f);

#ifdef WRONG
FIBER void *f(struct xdp_md *ctx) // SAYS: error: fiber 'f' must return an integer, the verdict for its hook, not 'void *' [bpf-fiber-prototype]
#else
FIBER int f(struct xdp_md *ctx)
#endif
{
	co_await next_packet(XDP_DROP);
	co_return 0;
}

DELIVER_PACKETS(f);
