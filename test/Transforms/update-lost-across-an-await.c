// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A global that is read before an await and written behind it with what was
// read loses what others wrote meanwhile. Read anew in each activation, kept
// only to be compared, or written elsewhere, it loses nothing.
// RUN: %compile -c %s -o %t.o 2>&1 | FileCheck %s --implicit-check-not=warning: --implicit-check-not=error:
// RUN: %compile -Werror -DRIGHT -c %s -o %t.o
#include "fiber.h"

__u64 total, largest, copy, rounds;
FRAMES(adds);

FIBER int adds(struct xdp_md *ctx)
{
	__u64 seen = total;

	co_await next_packet(0);
#ifdef RIGHT
	seen = total - seen;
	copy = seen;
	total++;
#else
	total = seen * 2 + ctx->rx_queue_index;
#endif
	for (int i = 0; i < 3; i++) {
		rounds++;
		co_await next_packet(0);
		rounds += ctx->rx_queue_index;
	}
	if (rounds != seen)
		largest = rounds;
	co_return 0;
}

SEC("xdp") int program(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&adds_frames, adds, &key, ctx, 0);
}

// CHECK: update-lost-across-an-await.c:22:8: warning: 'total' is written with a value that was read before a co_await: what others wrote meanwhile is lost [bpf-fiber-lost-update]
// CHECK: update-lost-across-an-await.c:14:15: note: it is read here
// CHECK: update-lost-across-an-await.c:16:11: note: the fiber is suspended here
// CHECK: update-lost-across-an-await.c:22:8: note: read it again behind the co_await, or use an atomic operation
