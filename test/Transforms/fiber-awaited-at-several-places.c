// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Awaits of a fiber become one piece of code, with one suspend in it, that goes
// back by a switch on a return state. What the switch is on is hidden from the
// optimiser, which would make several pieces of it again. Where an await goes on,
// what lived across it is what it was: a constant or a local's address is not
// kept, and a number with a range does not meet those of other awaits. Different ones of these stay apart: a constant by which
// the fiber branches (4), another pointer (5); and so does one that is guarded.
// RUN: %prepared=waits.fiber %s 2>&1 | FileCheck %s
// RUN: %compile -mcpu=v3 -c %s -o %t.o
// RUN: %bpftool btf dump file %t.o format c | FileCheck --check-prefix=BTF %s
#include "fiber.h"

FRAMES(waits);

__u32 table[16], results[8];

FIBER int read(struct xdp_md *ctx, __u32 *at, __u32 n, _Bool twice)
{
	int sum = 0;

	while (n--) {
		co_await next_packet(n);
		sum += table[*at & 15] + ctx->ingress_ifindex;
		results[sum & 7]++;
		*at += ctx->rx_queue_index;
	}
	if (twice)
		sum *= 2;
	co_return sum;
}

FIBER int waits(struct xdp_md *ctx)
{
	__u32 here = ctx->rx_queue_index, there = 1, i = ctx->ingress_ifindex, *p = &here;
	int sum = 17;

	if (i >= 16)
		co_return -1;
	sum += co_await read(ctx, &here, i, 0);			/* 1 */
	*p += sum;
	table[i] = sum;
	p = &there;
	sum = co_await read(ctx, &here, sum, 0);		/* 2 */
	*p += sum;
	for (int k = 0; k < 4; k++) {
		sum += co_await read(ctx, &here, 3, 0);		/* 3 */
		table[k] = sum;
	}
	sum += co_await read(ctx, &here, 3, 1);			/* 4 */
	sum += co_await read(ctx, &there, 3, 0);		/* 5 */
	sum += co_await fiber_guard(read(ctx, &here, 3, 0), ctx->ingress_ifindex);
	co_return sum + here + there;
}

DELIVER_PACKETS(waits);

// CHECK-LABEL: define {{.*}} @waits.fiber(
// The three that stay apart stand where they are awaited.
// CHECK-COUNT-3: call i64 @__fiber_suspend(
// CHECK: {{^}}read:
// CHECK-DAG: %[[STATE:.*]] = phi i64 [ {{[123]}}, %{{.*}} ], [ {{[123]}}, %{{.*}} ], [ {{[123]}}, %{{.*}} ]
// CHECK-DAG: %[[K:.*]] = phi i32 [ 0, %{{.*}} ], [ {{0|%k.*}}, %{{.*}} ], [ {{0|%k.*}}, %{{.*}} ]
// CHECK-DAG: call i32 @__fiber_range_known.i32(i32 %[[K]], i32 0, i32 4)
// CHECK-NOT: phi ptr
// CHECK: call i64 @__fiber_suspend(
// CHECK: %[[HIDDEN:.*]] = call i64 asm "", "=r,0"(i64 %{{.*}})
// CHECK-NEXT: switch i64 %[[HIDDEN]]
// CHECK-NOT: call i64 @__fiber_suspend(
// CHECK: {{^}}}

// BTF: enum waits_state {
// BTF: L[[#@LINE-50]]_next_packet =
// BTF: enum waits_read_return {
// BTF-NEXT: NONE{{.*}} = 0,
// BTF-NEXT: L[[#@LINE-36]]_read = 1,
// BTF-NEXT: L[[#@LINE-33]]_read = 2,
// BTF-NEXT: L[[#@LINE-31]]_read = 3,
// BTF-NEXT: };
// BTF: struct waits_frame {
// BTF: enum waits_read_return read_returns_to;
