// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// An argument has at most 64 bits.
// RUN: %diagnosed
#include "fiber.h"

FRAMES(f);

#ifdef WRONG
FIBER int f(struct xdp_md *ctx, __int128 n) // SAYS: error: argument 1 of fiber 'f' must be an integer of at most 64 bits, not '__int128' [bpf-fiber-prototype]
#else
FIBER int f(struct xdp_md *ctx, __s64 n)
#endif
{
	co_await next_packet(XDP_DROP);
	co_return 0;
}

DELIVER_PACKETS(f, 0);
