// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What is handed down to a fiber that is awaited at several places, and needed
// behind one of them, is one member of the frame. Which place it is needs no
// check: one that was overwritten goes somewhere, and nothing aborts.
// RUN: %compile -c %s -o %t.o
// RUN: %bpftool btf dump file %t.o format c | FileCheck %s
// RUN: %compile -S %s -o - | FileCheck %s --check-prefix=CODE
#include "fiber.h"

FRAMES(asks);
FRAMES(asks_either);

__u64 answers;

FIBER int answer(struct xdp_md *ctx, __u32 number)
{
	do
		co_await next_packet(XDP_PASS);
	while (ctx->rx_queue_index != number);
	__sync_fetch_and_add(&answers, number);
	co_await next_packet(XDP_DROP);
	__sync_fetch_and_add(&answers, ctx->ingress_ifindex);
	co_await next_packet(XDP_TX);
	__sync_fetch_and_add(&answers, ctx->rx_queue_index);
	co_return ctx->ingress_ifindex;
}

FIBER int asks(struct xdp_md *ctx)
{
	__u32 mine = ctx->rx_queue_index;

	while (co_await answer(ctx, mine) != 1)
		mine++;
	co_await answer(ctx, 17);
	co_return XDP_DROP;
}

FIBER int asks_either(struct xdp_md *ctx)
{
	__u32 mine = ctx->rx_queue_index;

	if (ctx->ingress_ifindex) {
		co_await answer(ctx, mine);
		__sync_fetch_and_xor(&answers, mine);
	} else {
		co_await answer(ctx, 17);
	}
	co_return XDP_DROP;
}

DELIVER_PACKETS(asks);
DELIVER_PACKETS(asks_either);

// CHECK: struct asks_frame {
// CHECK-NEXT: enum asks_state state;
// CHECK-NEXT: enum asks_answer_return answer_returns_to;
// CHECK-NEXT: __u32 {{mine|number}};
// CHECK-NEXT: };

// CHECK: struct asks_either_frame {
// CHECK-NEXT: enum asks_either_state state;
// CHECK-NEXT: enum asks_either_answer_return answer_returns_to;
// CHECK-NEXT: __u32 {{mine|number}};
// CHECK-NEXT: };

// CODE-NOT: + 56)
// CODE: .section{{.*}}license
