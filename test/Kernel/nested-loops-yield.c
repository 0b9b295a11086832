// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Loops in loops, with break and continue, and a while loop whose end nobody
// can foresee, yield and give the right result.
// RUN: %everywhere %s %t-7 -fbpf-fiber-quantum=7
// RUN: %everywhere %s %t-1000 -fbpf-fiber-quantum=1000
#include "kernel-test.h"

FRAMES(looping);

volatile __u32 limit = 60, start = 27;
__u64 pairs, steps, finished;

// DO: run deliver
// DO: wait finished == 1
// DO: check pairs == 1770
// DO: check steps == 111
// DO: check deliver.verified_insns < 3000
// DO: wait #frames == 0
FIBER int looping(struct xdp_md *ctx)
{
	__u64 n = start, count = 0, taken = 0;

	for (__u32 i = 0; i < limit; i++) {
		for (__u32 j = 0;; j++) {
			if (j >= limit)
				break;
			if (j <= i)
				continue;
			count++;
		}
	}
	/* Collatz */
	while (n != 1) {
		n = n % 2 ? 3 * n + 1 : n / 2;
		taken++;
	}
	pairs = count;
	steps = taken;
	finished++;
	co_return 0;
}

DELIVER_PACKETS(looping)
