// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Two CPUs deliver to one fiber at once, whose variables are in the header that
// both claim: the one that is refused leaves them as they are, and each
// activation finds what the one before has stored.
// REQUIRES: two-cpus
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(counting);

/* Changed without atomics, by who holds the claim only. */
__u64 activations, wrong;
__u8 expected;

// DO: check frames.value_size == 4
// DO: parallel deliver repeat=200000 | deliver repeat=200000
// DO: check activations + counting_counters.busy + counting_counters.exists == 399999
// DO: check activations > 1000
// DO: check wrong == 0
// DO: check frames[0].n - expected == 0
// DO: check frames[0].m + frames[0].n == 255
FIBER int counting(struct xdp_md *ctx)
{
	__u8 n = 0, m = 255;

	for (;;) {
		/* before the first suspend there is no claim */
		co_await next_packet(0);
		if (n != expected || m != 255 - n)
			wrong++;
		activations++;
		expected = ++n;
		m = 255 - n;
	}
}

SEC("xdp") int deliver(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&frames, counting, &key, ctx, REFUSED);
}
