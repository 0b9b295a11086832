// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Events of kinds that are named have a value too; a fiber that waits for either
// of two is told by it which one came.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FIBER_CONTEXT_NAMED(opened, struct xdp_md);
FIBER_CONTEXT_NAMED(closed, struct xdp_md);
FRAMES(counts);

// DO: run deliver port=1 == 1
// DO: run open == 2
// DO: run close == 2
// DO: run open == 2
// DO: check opens == 2
// DO: check closes == 1
// DO: run deliver port=9 == 999
// DO: check counts_counters.not_waiting == 1
// DO: run start port=4 == 1
// DO: check homes == 10
__u64 opens, closes, homes;

AWAITABLE __u64 next_of_either(long verdict)
{
	__fiber_suspend("opened|closed", verdict, NULL);
	return fiber_value();
}

FIBER int counts(struct xdp_md *ctx)
{
	long verdict = 1;

	homes += fiber_value();
	for (;;) {
		if (co_await next_of_either(verdict) == 10)
			opens++;
		else
			closes++;
		verdict = 2;
	}
}

SEC("xdp") int deliver(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&frames, counts, &key, ctx, REFUSED);
}

SEC("xdp") int start(struct xdp_md *ctx)
{
	__u32 key = 1;

	return fiber_deliver_with_in("xdp", &frames, counts, &key, ctx, REFUSED, 10);
}

SEC("xdp") int open(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_resume_with_in("opened", &frames, counts, &key, ctx, REFUSED, 10);
}

SEC("xdp") int close(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_resume_with_in("closed", &frames, counts, &key, ctx, REFUSED, 20);
}
