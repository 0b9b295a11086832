// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A packet pointer may be carried over a wait in which no packet comes, but not
// be used before the next one.
// RUN: %refused %s | FileCheck %s --implicit-check-not=error: --implicit-check-not=warning:
// RUN: %compile -Werror -DRIGHT -c %s -o %t.o
#include "fiber.h"

FRAMES(sleeps);

FIBER int sleeps(struct xdp_md *ctx)
{
	__u8 *p = (__u8 *)data_of(ctx) + (ctx->rx_queue_index & 15);

	if (p + 2 > (__u8 *)end_of(ctx))
		co_return XDP_ABORTED;
	co_await sleep_ns(1000, XDP_DROP);
#ifdef RIGHT
	co_await next_packet(XDP_DROP);
#endif
	co_return p[1];
}

DELIVER_PACKETS(sleeps);

// CHECK: packet-pointer-without-a-packet.c:20:12: error: fiber 'sleeps' uses its context in code that is resumed by 'timer', where there is no such context [bpf-fiber-no-context]
// CHECK: packet-pointer-without-a-packet.c:16:11: note: it is resumed from this co_await
// CHECK: packet-pointer-without-a-packet.c:20:12: note: copy what you need into a local before the co_await, or wait for a packet first
// CHECK: 1 error generated.
