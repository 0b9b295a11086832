// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// In a loop that yields the counter still indexes arrays that it was bounded
// for: one in the frame, two among the globals.
// RUN: %everywhere %s %t-10 -fbpf-fiber-quantum=10
// RUN: %everywhere %s %t-100000 -fbpf-fiber-quantum=100000
// RUN: %everywhere %s %t-Oz -fbpf-fiber-quantum=10 -Oz
#include "kernel-test.h"

FRAMES(sorting);

__u32 input[16] = { 9, 3, 14, 1, 12, 7, 0, 15, 4, 11, 2, 8, 13, 6, 10, 5 };
__u32 output[16];
/* so that no loop is unrolled */
volatile __u32 length = 16;
__u32 finished;

// DO: run deliver
// DO: wait finished == 1
// DO: check output[0] == 0
// DO: check output[7] == 7
// DO: check output[15] == 15
// DO: wait #frames == 0
FIBER int sorting(struct xdp_md *ctx)
{
	__u32 n = length, place[16];

	for (__u32 i = 0; i < 16 && i < n; i++) {
		__u32 smaller = 0;

		for (__u32 j = 0; j < 16 && j < n; j++)
			if (input[j] < input[i])
				smaller++;
		place[i] = smaller;
	}
	for (__u32 i = 0; i < 16 && i < n; i++)
		output[place[i] & 15] = input[i];
	finished++;
	co_return 0;
}

DELIVER_PACKETS(sorting)
