// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The context that an await gave is valid until the next one; the fiber's own
// parameter is always the activation's.
// RUN: %refused %s | FileCheck %s --implicit-check-not=error: --implicit-check-not=warning:
// RUN: %compile -Werror -DRIGHT -c %s -o %t.o
#include "fiber.h"

FRAMES(waits);

FIBER int waits(void *nothing)
{
	struct xdp_md *old = co_await next_event(xdp, 0);
	struct xdp_md *ctx = co_await next_event(xdp, XDP_DROP);

#ifdef RIGHT
	(void)old;
	co_return ctx->ingress_ifindex;
#else
	co_return ctx->ingress_ifindex + old->ingress_ifindex;
#endif
}

SEC("syscall") int start(void *ctx)
{
	__u32 key = 0;

	return fiber_spawn(&waits_frames, waits, &key, ctx, FIBER_REFUSE, -1);
}

SEC("xdp") int packet(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_resume(&waits_frames, waits, &key, ctx, XDP_PASS);
}

// CHECK: context-of-an-event-across-await.c:13:32: error: context pointer 'old' does not survive this co_await [bpf-fiber-pointer-across-await]
// CHECK: context-of-an-event-across-await.c:12:32: note: it comes from here
// CHECK: context-of-an-event-across-await.c:19:40: note: it is used here, in another activation
// CHECK: context-of-an-event-across-await.c:13:32: note: a context is only valid in its own activation: copy what you need into a local before the co_await
// CHECK: 1 error generated.
