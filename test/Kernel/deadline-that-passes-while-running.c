// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A deadline that is over by the time that its fiber suspends again, without
// another one, ends that wait at once.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(waits);

__u64 took, finished;

AWAITABLE long packet_or_the_same_deadline(long verdict)
{
	return __fiber_suspend("home|timer", verdict, 0);
}

// DO: run deliver port=1 == 1
// DO: run deliver port=1 == 2
// DO: wait finished == 1
// DO: check took < 1000000000
FIBER int waits(struct xdp_md *ctx)
{
	__u64 begin;

	if (co_await next_packet_or_timeout(1, 30 * NS_PER_MS) != FIBER_PACKET)
		co_return 9;
	spin_ns(60 * NS_PER_MS);
	begin = bpf_ktime_get_ns();
	if (co_await packet_or_the_same_deadline(2) != FIBER_TIMEOUT)
		co_return 9;
	took = bpf_ktime_get_ns() - begin;
	finished++;
	co_return 0;
}

DELIVER_PACKETS(waits)
