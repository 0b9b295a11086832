// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Work items are newer than the oldest kernel.
// RUN: %diagnosed
// OPTIONS: -fbpf-fiber-kernel=6.1
#include "fiber.h"

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
#ifdef WRONG
	co_await defer(XDP_DROP); // SAYS: error: a work item needs Linux 6.10, and the object is to load on 6.1 [bpf-fiber-kernel] // NOTE: sleep_ns() goes on in a timer, which Linux has since 5.15; or compile with -fbpf-fiber-kernel=6.10
#else
	co_await sleep_ns(0, XDP_DROP);
#endif
	co_return XDP_PASS;
}

DELIVER_PACKETS(f);
