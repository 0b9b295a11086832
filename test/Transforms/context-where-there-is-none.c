// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Using the context in code that a timer or a work item resumes is an error that
// names both lines; in the branch of the packet, or from a local, it is right.
// RUN: %refused %s | FileCheck %s --implicit-check-not=error: --implicit-check-not=warning:
// RUN: %compile -Werror -DRIGHT -c %s -o %t.o
#include "fiber.h"

FRAMES(sleeps);
FRAMES(defers);
FRAMES(either);

FIBER int sleeps(struct xdp_md *ctx)
{
	int n = ctx->ingress_ifindex;

	co_await sleep_ns(1000);
#ifdef RIGHT
	co_return n;
#else
	co_return n + ctx->ingress_ifindex;
#endif
}

FIBER int defers(struct xdp_md *ctx)
{
	co_await next_packet(XDP_DROP);
	co_await defer();
#ifndef RIGHT
	if (data_of(ctx) == end_of(ctx))
		co_return 1;
#endif
	co_return 2;
}

FIBER int either(struct xdp_md *ctx)
{
	if (co_await next_packet_or_timeout(XDP_DROP, 1000) == FIBER_PACKET)
		co_return ctx->ingress_ifindex;
#ifdef RIGHT
	co_return 3;
#else
	co_return ctx->rx_queue_index + 1;
#endif
}

DELIVER_PACKETS(sleeps);
DELIVER_PACKETS(defers);
DELIVER_PACKETS(either);

// CHECK: context-where-there-is-none.c:20:21: error: fiber 'sleeps' uses its context in code that is resumed by 'timer', where there is no such context [bpf-fiber-no-context]
// CHECK: context-where-there-is-none.c:16:11: note: it is resumed from this co_await
// CHECK: context-where-there-is-none.c:20:21: note: copy what you need into a local before the co_await, or wait for a packet first
// CHECK: error: fiber 'defers' uses its context in code that is resumed by 'wq', where there is no such context
// CHECK: context-where-there-is-none.c:27:11: note: it is resumed from this co_await
// CHECK: context-where-there-is-none.c:42:17: error: fiber 'either' uses its context in code that is resumed by 'timer', where there is no such context
// CHECK: context-where-there-is-none.c:37:15: note: it is resumed from this co_await
// CHECK: 3 errors generated.
