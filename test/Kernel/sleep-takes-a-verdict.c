// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// sleep_ns() and defer() return the given verdict to the hook.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(verdicts);

int done;

// DO: run deliver == 17
// DO: wait done == 1
// DO: run deliver == 18
// DO: wait done == 2
// DO: run deliver == XDP_DROP
// DO: wait done == 3
// DO: run deliver == XDP_TX
// DO: check #frames == 0
FIBER int verdicts(struct xdp_md *ctx)
{
	co_await sleep_ns(NS_PER_MS, 17);
	__sync_fetch_and_add(&done, 1);
	co_await next_event(xdp, 0);
	co_await defer(18);
	__sync_fetch_and_add(&done, 1);
	co_await next_event(xdp, 0);
	co_await defer();
	__sync_fetch_and_add(&done, 1);
	co_await next_event(xdp, 0);
	co_return XDP_TX;
}

DELIVER_PACKETS(verdicts)
