// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A packet pointer is gone when the fiber is resumed; deriving it again, or
// keeping what was read, is right.
// RUN: %refused %s | FileCheck %s --implicit-check-not=error: --implicit-check-not=warning:
// RUN: %compile -Werror -DRIGHT -c %s -o %t.o
#include "fiber.h"

FRAMES(reads);

FIBER int reads(struct xdp_md *ctx)
{
	__u8 *data = data_of(ctx);
	void *end = end_of(ctx);
	int first;

	if (data + 2 > (__u8 *)end)
		co_return XDP_ABORTED;
	first = data[0];
	co_await next_packet(XDP_DROP);
#ifdef RIGHT
	data = data_of(ctx);
	end = end_of(ctx);
	if (data + 2 > (__u8 *)end)
		co_return XDP_ABORTED;
#endif
	co_return first + data[1];
}

DELIVER_PACKETS(reads);

// CHECK: packet-pointer-across-await.c:19:11: error: packet pointer 'data' does not survive this co_await [bpf-fiber-pointer-across-await]
// CHECK-NEXT: co_await next_packet(XDP_DROP);
// CHECK-NEXT: {{^ +\| +\^$}}
// CHECK: fiber.h:{{[0-9]+}}:28: note: it comes from here
// CHECK-NEXT: ctx->data;
// CHECK: packet-pointer-across-await.c:26:20: note: it is used here, in another activation
// CHECK-NEXT: co_return first + data[1];
// CHECK: packet-pointer-across-await.c:19:11: note: the packet is gone when the fiber is resumed: copy what you need into a local before the co_await, or derive the pointer from ctx->data again behind it
// CHECK: 1 error generated.
