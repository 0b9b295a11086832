// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What is started has a body in the same file.
// RUN: %diagnosed
// WRONG: -Wno-undefined-internal
#include "fiber.h"

FRAMES(f);

FIBER int f(struct xdp_md *ctx); // SAYS: error: fiber 'f' is used but has no body in this file [bpf-fiber-undefined]

DELIVER_PACKETS(f); // NOTE: used here

#ifndef WRONG
FIBER int f(struct xdp_md *ctx)
{
	co_return XDP_PASS;
}
#endif
