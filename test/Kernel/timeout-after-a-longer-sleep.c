// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A timeout takes its own time behind a wait of the other sort that a packet
// has ended and that would have taken longer, though the wait before that one
// was as short.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(waits);

__u64 took, finished;

AWAITABLE long packet_or_alarm(long verdict, __u64 ns)
{
	__fiber_arm_timer(ns);
	return __fiber_suspend("home|timer", verdict, 0);
}

// DO: run deliver port=1 == 1
// DO: run deliver port=1 == 2
// DO: run deliver port=1 == 3
// DO: wait finished == 1
// DO: check took < 2000000000
FIBER int waits(struct xdp_md *ctx)
{
	__u64 begin;

	if (co_await next_packet_or_timeout(1, 400 * NS_PER_MS) != FIBER_PACKET)
		co_return 9;
	if (co_await packet_or_alarm(2, 4000 * NS_PER_MS) != FIBER_PACKET)
		co_return 9;
	begin = bpf_ktime_get_ns();
	if (co_await next_packet_or_timeout(3, 500 * NS_PER_MS) != FIBER_TIMEOUT)
		co_return 9;
	took = bpf_ktime_get_ns() - begin;
	finished++;
	co_return 0;
}

DELIVER_PACKETS(waits)
