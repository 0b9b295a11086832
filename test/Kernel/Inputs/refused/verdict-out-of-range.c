// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "kernel-test.h"

FRAMES(counts);

FIBER int counts(struct __sk_buff *ctx)
{
	int verdict = ctx->len;

	co_await next_packet(1);
	co_return verdict;
}

SEC("cgroup_skb/ingress") int deliver(struct __sk_buff *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&frames, counts, &key, ctx, 1);
}

// EXPLAIN: error: program 'deliver': the program type does not allow this return value
// EXPLAIN: verdict-out-of-range.c:10:11: note: fiber 'counts' was resumed from its co_await in state L10_next_packet, and has suspended again or ended since
// EXPLAIN: verdict-out-of-range.c:10:11: note: R0 is 'verdict', kept across a co_await in the frame of fiber 'counts' (struct counts_frame, offset 4)
// EXPLAIN: note: the verifier says (check_return_code()): At program exit the register R0 has
// EXPLAIN: note: give a verdict that this hook has
