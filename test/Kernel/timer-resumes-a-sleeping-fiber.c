// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// sleep_ns() goes on by itself after the time, with its locals, again and
// again; the activation that fell asleep has swallowed its packet.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(sleeper);

__u64 slept;
int rounds, sum;

// DO: run deliver port=40 == XDP_DROP
// DO: check frames[0].state == L*_sleep_ns
// DO: check rounds == 0
// DO: run deliver port=41 == 999
// DO: check sleeper_counters.not_waiting == 1
// DO: wait rounds == 3
// DO: check slept >= 300000000
// DO: check slept < 2000000000
// DO: check sum == 43
// DO: wait #frames == 0
FIBER int sleeper(struct xdp_md *ctx)
{
	__u64 start = bpf_ktime_get_ns();
	int n = number(ctx);

	for (int i = 0; i < 3; i++) {
		if (co_await sleep_ns(100 * NS_PER_MS) != FIBER_TIMEOUT)
			co_return -1;
		n++;
		rounds++;
	}
	sum = n;
	slept = bpf_ktime_get_ns() - start;
	co_return 0;
}

DELIVER_PACKETS(sleeper)
