// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Yield points are newer than the oldest kernel.
// RUN: %diagnosed
// OPTIONS: -fbpf-fiber-quantum=1000
// WRONG: -fbpf-fiber-kernel=6.8
// RIGHT: -fbpf-fiber-kernel=6.10
#include "fiber.h"

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
	__u32 heads = 0;

	for (int i = 0; i < 1000; i++) // SAYS: error: preempting this loop, with may_goto, needs Linux 6.9, and the object is to load on 6.8 [bpf-fiber-kernel]
		heads += bpf_get_prandom_u32() & 1;
	co_return heads & 1;
}

DELIVER_PACKETS(f);
