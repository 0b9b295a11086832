// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A function that is not static is verified for itself: not as a part of the
// program, and not as one of the timer.
#include "kernel-test.h"

FRAMES(sleeper);

__u64 kept[16], seen;

__noinline __u64 kept_of(__u64 queue)
{
	if (!queue)
		return 0;
	return kept[queue];
}

FIBER int sleeper(struct xdp_md *ctx)
{
	__u64 queue = ctx->rx_queue_index;

	co_await sleep_ns(1000);
	seen = kept_of(queue);
	co_return 0;
}

DELIVER_PACKETS(sleeper)

// EXPLAIN: global-function.c:14:9: error: program 'deliver': a number that may be anything is added to a pointer
// EXPLAIN-NEXT: return kept[queue];
// EXPLAIN-NEXT: ^
// EXPLAIN-NEXT: note: this is in function 'kept_of', which is not static: it is verified for itself, with any arguments
// EXPLAIN-NOT: sleeper
// EXPLAIN: note: the verifier says (check_reg_sane_offset()): math between map_value pointer and register with unbounded min value is not allowed
// EXPLAIN-NOT: sleeper
