// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A pointer to one of several locals and globals lives across an await. One that
// may also be something that no frame can hold does not, and the message is
// about that; neither does one that is kept as a number.
// RUN: %refused %s | FileCheck %s --implicit-check-not=error: --implicit-check-not=warning:
// RUN: %compile -Werror -DRIGHT -c %s -o %t.o
#include "fiber.h"

FRAMES(chooses);
FRAMES(counts);
FRAMES(numbers);

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u64);
} totals SEC(".maps");

__u64 others;

FIBER int chooses(struct xdp_md *ctx)
{
	__u64 mine = ctx->ingress_ifindex, *total = &mine;

	if (ctx->ingress_ifindex == 7)
		total = &others;
#ifndef RIGHT
	else if (ctx->ingress_ifindex == 8)
		total = bpf_map_lookup_elem(&totals, &mine);
	if (!total)
		co_return XDP_ABORTED;
#endif
	++*total;
	co_await next_packet(XDP_DROP);
	++*total;
	co_return mine;
}

FIBER int counts(struct xdp_md *ctx)
{
	__u32 zero[4] = {}, *at = zero;

#ifdef RIGHT
	if (ctx->ingress_ifindex == 7)
		at = &zero[2];
#else
	if (ctx->ingress_ifindex == 7)
		at = (__u32 *)fiber_value();
	if (!at)
		co_return XDP_ABORTED;
#endif
	co_await next_packet(XDP_DROP);
	co_return *at + zero[ctx->rx_queue_index & 3];
}

FIBER int numbers(struct xdp_md *ctx)
{
	__u64 odd = 0, even = 0;
	__u64 at = (__u64)(ctx->rx_queue_index & 1 ? &odd : &even);

	co_await next_packet(XDP_DROP);
#ifndef RIGHT
	if (ctx->rx_queue_index & 1)
		at = (__u64)&odd;
	co_await next_packet(XDP_DROP);
#endif
	++*(__u64 *)at;
	co_return odd - even;
}

DELIVER_PACKETS(chooses);
DELIVER_PACKETS(counts);
DELIVER_PACKETS(numbers);

// CHECK: pointer-to-something-or-a-local-across-await.c:35:11: error: map value pointer 'total' does not survive this co_await [bpf-fiber-pointer-across-await]
// CHECK: pointer-to-something-or-a-local-across-await.c:30:11: note: it comes from here
// CHECK: pointer-to-something-or-a-local-across-await.c:36:2: note: it is used here, in another activation
// CHECK: pointer-to-something-or-a-local-across-await.c:53:11: error: pointer handed over by the resumer does not survive this co_await [bpf-fiber-pointer-across-await]
// CHECK: pointer-to-something-or-a-local-across-await.c:49:17: note: it comes from here
// CHECK: pointer-to-something-or-a-local-across-await.c:62:11: error: pointer to a local 'at' does not survive this co_await [bpf-fiber-pointer-across-await]
// CHECK: pointer-to-something-or-a-local-across-await.c:62:11: note: a local that lives across the co_await moves into the frame, which another activation sees at another address: keep the pointer in a variable of its own, not as a number or inside another local, or keep an index
// CHECK: 3 errors generated.
