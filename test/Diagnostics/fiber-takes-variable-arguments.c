// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The frame has a place for each argument.
// RUN: %diagnosed
#include "fiber.h"

FRAMES(f);

#ifdef WRONG
FIBER int f(struct xdp_md *ctx, ...) // SAYS: error: fiber 'f' cannot take variable arguments [bpf-fiber-prototype]
#else
FIBER int f(struct xdp_md *ctx)
#endif
{
	co_await next_packet(XDP_DROP);
	co_return 0;
}

DELIVER_PACKETS(f);
