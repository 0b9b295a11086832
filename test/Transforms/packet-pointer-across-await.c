// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A packet pointer can be made again in the packet that resumes the fiber if a
// check in front of the await covers what is done with it there. Deriving it
// again, checking it again or keeping what was read is right in any case.
// RUN: %refused %s | FileCheck %s --implicit-check-not=error: --implicit-check-not=warning:
// RUN: %compile -Werror -DRIGHT -c %s -o %t.o
// RUN: %compile -Werror -DRIGHT=2 -c %s -o %t.o
#include "fiber.h"

FRAMES(reads);
FRAMES(looks);
FRAMES(cleans);

FIBER int reads(struct xdp_md *ctx)
{
	__u8 *data = data_of(ctx);
	void *end = end_of(ctx);
	int first;

	if (data + 2 > (__u8 *)end)
		co_return XDP_ABORTED;
	first = data[0];
	co_await next_packet(XDP_DROP);
#if RIGHT == 1
	data = data_of(ctx);
	end = end_of(ctx);
#endif
#ifdef RIGHT
	if (data + 4 > (__u8 *)end)
		co_return XDP_ABORTED;
#endif
	co_return first + data[3];
}

DELIVER_PACKETS(reads);

// CHECK: packet-pointer-across-await.c:23:11: error: packet pointer 'data' does not survive this co_await [bpf-fiber-pointer-across-await]
// CHECK-NEXT: co_await next_packet(XDP_DROP);
// CHECK-NEXT: {{^ +\| +\^$}}
// CHECK: fiber.h:{{[0-9]+}}:28: note: it comes from here
// CHECK-NEXT: ctx->data;
// CHECK: packet-pointer-across-await.c:32:20: note: it is used here, in another activation
// CHECK-NEXT: co_return first + data[3];
// CHECK: packet-pointer-across-await.c:23:11: note: the packet is another one when the fiber is resumed, and the pointer can be made again in it only if it comes from the fiber's ctx and a check in front of the co_await covers every use (one in an inlined helper does where what that returns is tested directly behind the call): copy what you need into a local before the co_await, or derive the pointer from ctx->data again behind it

/* NULL stays NULL, and what is not NULL is no pointer then. */
FIBER int looks(struct xdp_md *ctx)
{
	__u8 *data = data_of(ctx), *found = NULL;

	if (data + 2 <= (__u8 *)end_of(ctx) && data[0] == 1)
		found = data;
#ifdef RIGHT
	if (!found)
		co_return XDP_PASS;
#endif
	co_await next_packet(XDP_DROP);
	// CHECK: [[#@LINE-1]]:11: error: packet pointer 'found' does not survive this co_await
	co_return found ? found[1] : XDP_PASS;
}

DELIVER_PACKETS(looks);

static __always_inline void count(__u64 *number)
{
	__sync_fetch_and_add(number, 1);
}

static __always_inline void end_count(__u64 **number)
{
	count(*number);
}

__u64 ended;

/* The way to the failure would pass by the end of the scope. */
FIBER int cleans(struct xdp_md *ctx)
{
	__u8 *data = data_of(ctx), first;

	if (data + 2 > (__u8 *)end_of(ctx))
		co_return XDP_ABORTED;
	{
		__u64 *at __attribute__((cleanup(end_count))) = &ended;

		co_await next_packet(XDP_DROP);
		// CHECK: [[#@LINE-1]]:12: error: packet pointer 'data' does not survive this co_await
#ifdef RIGHT
	}
	{
#endif
		first = data[1];
	}
	co_return first;
}

DELIVER_PACKETS(cleans);

// CHECK: 3 errors generated.
