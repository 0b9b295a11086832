// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A loop that a goto enters in its middle, with awaits in both halves: nothing of
// it can be copied, and it yields all the same.
// RUN: %everywhere %s %t -fbpf-fiber-quantum=300
#include "kernel-test.h"

FRAMES(adding);

__u32 rounds = 3000;
__u64 result, finished;

// DO: run deliver port=7
// DO: wait #frames == 1
// DO: wait frames[0].state == L*_next_packet
// DO: run deliver port=8
// DO: wait frames[0].state == L*_next_packet
// DO: run deliver port=8
// DO: wait finished == 1
// DO: check result == 4501498
// DO: wait #frames == 0
// DO: check adding_counters.aborted == 0
// DO: check deliver.verified_insns < 3000
FIBER int adding(struct xdp_md *ctx)
{
	__u32 n = rounds, i = 1;
	__u64 sum = 0;

	if (number(ctx) == 7)
		goto middle;
	co_await next_packet(1);
	i = 10;
	while (i < n) {
		asm volatile("" : "+r"(sum));
		if (i == 2000)
			co_await next_packet(2);
		sum += i;
middle:
		asm volatile("" : "+r"(sum));
		if (i == 1000)
			co_await next_packet(3);
		sum++;
		i++;
	}
	result = sum;
	finished++;
	co_return 0;
}

DELIVER_PACKETS(adding)
