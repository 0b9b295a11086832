// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A number and a buffer that never live across one await share bytes of the
// frame; between two awaits the buffer has them while the number is in a
// register: it is stored again, though it has not changed.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(sums);

// DO: run deliver port=1 == 1
// DO: check frames.value_size <= 24
// DO: run deliver port=5 == 25
// DO: run deliver port=1 == 1234
// DO: run deliver port=1 == 1
// DO: run deliver port=9 == 2
// DO: run deliver port=3 == 3
FIBER int sums(struct xdp_md *ctx)
{
	__u32 n = 1234, i, sum = 0;
	__u32 buffer[4];

	asm volatile("" : "+r"(n));
	co_await next_packet(1);
	i = number(ctx);
	for (int k = 0; k < 4; k++)
		buffer[k] = i * (k + 1);
	asm volatile("" : : "r"(buffer) : "memory");
	if (i == 9) {
		co_await next_packet(2);
		co_return buffer[number(ctx) & 3] / 12;
	}
	sum = buffer[i & 3] + 3 * buffer[0];
	co_await next_packet(sum);
	co_return n;
}

DELIVER_PACKETS(sums)
