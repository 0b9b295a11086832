// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A work item that a packet has beaten may run when its fiber waits in a later
// defer(): it goes on in a kernel thread then, which is what it waited for, and
// every defer() ends.
// REQUIRES: two-cpus
// RUN: %everywhere %s %t
#include "kernel-test.h"

#define PF_WQ_WORKER	0x20

FRAMES(working);

__u64 beaten, deferred, done, elsewhere;

AWAITABLE long packet_or_work(long verdict)
{
	if (bpf_wq_start(__fiber_wq(), 0))
		__fiber_abort();
	return __fiber_suspend("home|wq", verdict, 0);
}

static __always_inline void count(__u64 *counter)
{
	struct task_struct *task = bpf_get_current_task_btf();

	__sync_fetch_and_add(counter, 1);
	if (!(task->flags & PF_WQ_WORKER))
		__sync_fetch_and_add(&elsewhere, 1);
}

// DO: parallel deliver repeat=30000 | deliver repeat=30000
// DO: wait done - deferred == 0
// DO: check beaten > 10
// DO: check deferred > 10
// DO: check elsewhere == 0
// DO: check working_counters.aborted == 0
// DO: check frames[0].state == L*_next_packet
FIBER int working(struct xdp_md *ctx)
{
	for (;;) {
		co_await next_packet(1);
		if (co_await packet_or_work(2) == FIBER_WORK)
			continue;
		__sync_fetch_and_add(&beaten, 1);
		__sync_fetch_and_add(&deferred, 2);
		co_await defer(3);
		count(&done);
		co_await defer();
		count(&done);
	}
}

DELIVER_PACKETS(working)
