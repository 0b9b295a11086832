// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A loop that awaits in some rounds only yields on the way round that does not.
// RUN: %everywhere %s %t -fbpf-fiber-quantum=200
#include "kernel-test.h"

FRAMES(adding);

__u32 rounds = 3000;
__u64 result, finished;

// DO: run deliver port=7 == 1
// DO: check frames[0].state == L*_next_packet
// DO: run deliver port=7
// DO: wait finished == 1
// DO: check result == 4498500
// DO: wait #frames == 0
// DO: check adding_counters.aborted == 0
// DO: check deliver.verified_insns < 3000
FIBER int adding(struct xdp_md *ctx)
{
	__u32 n = rounds;
	__u64 sum = 0;

	for (__u32 i = 0; i < n; i++) {
		asm volatile("" : "+r"(sum));
		if (i == 2)
			co_await next_packet(1);
		sum += i;
	}
	result = sum;
	finished++;
	co_return 0;
}

DELIVER_PACKETS(adding)
