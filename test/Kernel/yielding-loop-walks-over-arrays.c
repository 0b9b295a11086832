// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// In a loop that yields pointers walk over arrays, in the frame and among the
// globals, to an end that is computed.
// RUN: %everywhere %s %t-10 -fbpf-fiber-quantum=10
// RUN: %everywhere %s %t-100000 -fbpf-fiber-quantum=100000
#include "kernel-test.h"

FRAMES(walking);

__u32 input[16] = { 9, 3, 14, 1, 12, 7, 0, 15, 4, 11, 2, 8, 13, 6, 10, 5 };
/* so that no loop is unrolled */
volatile __u32 length = 16;
__u32 finished, sum, largest;

// DO: run deliver
// DO: wait finished == 1
// DO: check sum == 1240
// DO: check largest == 7
// DO: wait #frames == 0
FIBER int walking(struct xdp_md *ctx)
{
	__u32 n = length, squares[16], *to = squares, *most = NULL;

	if (n > 16)
		co_return 1;
	for (__u32 *from = input; from < input + n; from++)
		*to++ = *from * *from;
	for (__u32 *at = squares; at < to; at++) {
		sum += *at;
		if (!most || *at > *most)
			most = at;
	}
	if (most)
		largest = most - squares;
	finished++;
	co_return 0;
}

DELIVER_PACKETS(walking)
