// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A work item that comes while a packet on another CPU runs its fiber is not
// lost: it comes again.
// REQUIRES: two-cpus
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(working);

__u64 queued, done;

// DO: parallel deliver repeat=20000 | deliver repeat=20000
// DO: wait done - queued == 0
// DO: check done > 10
// DO: check working_counters.busy > 10
// DO: check working_counters.aborted + working_counters.not_waiting == 0
AWAITABLE long packet_or_work(bool queue)
{
	if (queue) {
		queued++;
		if (bpf_wq_start(__fiber_wq(), 0))
			__fiber_abort();
	}
	return __fiber_suspend("home|wq", 1, 0);
}

FIBER int working(struct xdp_md *ctx)
{
	bool queue = true;

	/* Before its first suspend a fiber of a HASH map is not alone. */
	co_await next_packet(1);
	for (;;) {
		if (co_await packet_or_work(queue) == FIBER_WORK) {
			done++;
			queue = false;
		} else {
			spin_ns(5000);
			queue = queued == done;
		}
	}
}

DELIVER_PACKETS(working)
