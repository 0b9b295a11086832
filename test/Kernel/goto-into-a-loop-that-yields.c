// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A loop that a goto enters in its middle, past a switch, yields as others do.
// RUN: %everywhere %s %t -fbpf-fiber-quantum=300
#include "kernel-test.h"

FRAMES(adding);

__u32 rounds = 3000;
__u64 result, finished;

// DO: run deliver port=7
// DO: wait finished == 1
// DO: check result == 4501498
// DO: wait #frames == 0
// DO: run deliver port=8 == 1
// DO: check frames[0].state == L*_next_packet
// DO: run deliver port=8
// DO: wait finished == 2
// DO: check result == 4501445
// DO: wait #frames == 0
// DO: check adding_counters.aborted == 0
// DO: check deliver.verified_insns < 2000
FIBER int adding(struct xdp_md *ctx)
{
	__u32 n = rounds, i = 1;
	__u64 sum = 0;

	switch (number(ctx)) {
	case 3:
		n = 10;
		break;
	case 4:
		n = 1000;
		break;
	case 6:
		n = 100;
		break;
	case 11:
		co_return 1;
	}
	if (number(ctx) == 7)
		goto middle;
	co_await next_packet(1);
	i = 10;
	while (i < n) {
		asm volatile("" : "+r"(sum));
		sum += i;
middle:
		asm volatile("" : "+r"(sum));
		sum++;
		i++;
	}
	result = sum;
	finished++;
	co_return 0;
}

DELIVER_PACKETS(adding)
