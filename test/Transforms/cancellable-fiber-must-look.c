// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A cancellable fiber that uses a context without having looked whether there is
// one is refused; one that looks is compiled, as is one that nobody destroys.
// RUN: %refused %s | FileCheck %s --implicit-check-not=error: --implicit-check-not=warning:
// RUN: %compile -Werror -DRIGHT -c %s -o %t.o
// RUN: %compile -Werror -DNOBODY_DESTROYS -c %s -o %t.o
#include "fiber.h"

struct event {
	int n;
};

FIBER_CONTEXT(event, struct event);

FRAMES(home);
FRAMES(other);

int seen;

FIBER_CANCELLABLE int home(struct xdp_md *ctx)
{
	for (;;) {
#ifdef RIGHT
		if (co_await next_packet(XDP_DROP) < 0)
			co_return 0;
#else
		co_await next_packet(XDP_DROP);
#endif
		seen = ctx->ingress_ifindex;
	}
}

FIBER_CANCELLABLE int other(struct xdp_md *ctx)
{
	struct event *event = co_await next_event(event, XDP_DROP);

#ifdef RIGHT
	if (!event)
		co_return 0;
#endif
	seen = event->n;
	co_return 1;
}

DELIVER_PACKETS(home);
DELIVER_PACKETS(other);

SEC("syscall") int happens(struct event *ctx)
{
	__u32 key = 0;

	return fiber_resume(&other_frames, other, &key, ctx, 0);
}

#ifndef NOBODY_DESTROYS
SEC("syscall") int end(void *ctx)
{
	__u32 key = 0;

	return fiber_destroy(&home_frames, home, &key) + fiber_destroy(&other_frames, other, &key);
}
#endif

// CHECK: cancellable-fiber-must-look.c:29:15: error: fiber 'home' uses its context in code that is resumed by 'cancel', where there is no such context [bpf-fiber-no-context]
// CHECK: cancellable-fiber-must-look.c:27:12: note: it is resumed from this co_await
// CHECK: cancellable-fiber-must-look.c:29:15: note: the fiber is FIBER_CANCELLABLE: before this, see whether the co_await gave FIBER_CANCELED, or NULL
// CHECK: error: fiber 'other' uses its context in code that is resumed by 'cancel'
// CHECK: cancellable-fiber-must-look.c:{{3[0-9]}}:{{[0-9]+}}: note: it is resumed from this co_await
// CHECK: 2 errors generated.
