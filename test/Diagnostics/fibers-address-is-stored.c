// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A fiber becomes several functions.
// RUN: %diagnosed
#include "fiber.h"

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
	co_return XDP_PASS;
}

#ifdef WRONG
void *const handler = (void *)f; // SAYS: error: fiber 'f' has no address [bpf-fiber-address]
#else
const int size = sizeof(f((struct xdp_md *)0));
#endif

DELIVER_PACKETS(f);
