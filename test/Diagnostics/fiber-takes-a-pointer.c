// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A pointer that is handed over does not survive in the frame.
// RUN: %diagnosed
#include "fiber.h"

FRAMES(f);

#ifdef WRONG
FIBER int f(struct xdp_md *ctx, const char *name) // SAYS: error: argument 1 of fiber 'f' must be an integer of at most 64 bits, not 'const char *' [bpf-fiber-prototype] // NOTE: arguments of the start are kept in the frame; hand over what the fiber needs as integers, or let it look it up again
#else
FIBER int f(struct xdp_md *ctx, __u64 name)
#endif
{
	co_await next_packet(XDP_DROP);
	co_return 0;
}

DELIVER_PACKETS(f, 0);
