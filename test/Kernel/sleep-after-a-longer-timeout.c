// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A sleep takes its own time also when an earlier wait had a later deadline,
// and a timeout its own when an earlier one was shorter or longer.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(sleeper);

__u64 slept;
int timeouts;

// DO: run deliver == 1
// DO: run deliver == XDP_DROP
// DO: wait slept != 0
// DO: check slept < 5000000000
// DO: run deliver == 2
// DO: run deliver == 3
// DO: run deliver == 4
// DO: wait timeouts == 1
// DO: wait #frames == 0
FIBER int sleeper(struct xdp_md *ctx)
{
	__u64 start;

	if (co_await next_packet_or_timeout(1, 60000 * NS_PER_MS) != FIBER_PACKET)
		co_return -1;
	start = bpf_ktime_get_ns();
	co_await sleep_ns(20 * NS_PER_MS);
	slept = bpf_ktime_get_ns() - start;

	co_await next_event(xdp, 0);
	if (co_await next_packet_or_timeout(2, 60000 * NS_PER_MS) != FIBER_PACKET)
		co_return -2;
	if (co_await next_packet_or_timeout(3, 1000 * NS_PER_MS) != FIBER_PACKET)
		co_return -3;
	if (co_await next_packet_or_timeout(4, 50 * NS_PER_MS) == FIBER_TIMEOUT)
		timeouts++;
	co_return 0;
}

DELIVER_PACKETS(sleeper)
