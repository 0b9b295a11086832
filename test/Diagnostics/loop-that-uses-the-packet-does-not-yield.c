// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A work item has no packet.
// RUN: %diagnosed
// OPTIONS: -fbpf-fiber-quantum=1000
#include "fiber.h"

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
	__u32 heads = 0, queue = ctx->rx_queue_index;

	for (int i = 0; i < 1000; i++) // SAYS: warning: this loop of fiber 'f' is not preempted by -fbpf-fiber-quantum [bpf-fiber-loop-without-yield]
		heads += bpf_get_prandom_u32() & 1;
#ifdef WRONG
	queue = ctx->ingress_ifindex; // NOTE: the context, which a work item does not have, is used in or behind it: copy what you need before the loop
#endif
	co_return heads + queue;
}

DELIVER_PACKETS(f);
