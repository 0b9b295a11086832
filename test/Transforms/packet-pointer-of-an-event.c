// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The packet of a context that next_event() gave is known for what it is too, in
// a fiber that no packet started.
// RUN: %refused %s | FileCheck %s --implicit-check-not=error: --implicit-check-not=warning:
// RUN: %compile -Werror -DRIGHT -c %s -o %t.o
#include "fiber.h"

FRAMES(waits);

FIBER int waits(void *nothing)
{
	struct xdp_md *ctx = co_await next_event(xdp, 0);
	char *data = data_of(ctx), *end = end_of(ctx);

	co_await next_event(xdp, XDP_DROP);
#ifdef RIGHT
	ctx = co_await next_event(xdp, XDP_DROP);
	data = data_of(ctx), end = end_of(ctx);
#endif
	co_return data < end ? *data : 0;
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

// CHECK: packet-pointer-of-an-event.c:15:11: error: packet pointer {{('data' )?}}does not survive this co_await
// CHECK: packet-pointer-of-an-event.c:15:11: error: packet pointer {{('end' )?}}does not survive this co_await
// CHECK: 2 errors generated.
