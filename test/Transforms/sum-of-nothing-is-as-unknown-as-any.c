// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What a yielding loop begins with is hidden from the verifier. Where the loop
// is not entered it comes out as well, hidden too: one register for both, and no
// constant beside it.
//
// RUN: %lowered=sums__start -fbpf-fiber-quantum=1000 %s 2>&1 | FileCheck %s
//
// CHECK-LABEL: define internal {{.*}}@sums__start(
// CHECK: %[[ZERO:[0-9]+]] = load volatile i64, ptr @__fiber_unknown_zero
// CHECK-NEXT: %[[HIDDEN:[0-9]+]] = add nuw nsw i64 %[[ZERO]], 0
// CHECK: %sum.0.lcssa = phi i64 [ %[[HIDDEN]], %
// CHECK: store volatile i64 %sum.0.lcssa, ptr @result

#include "fiber.h"

FRAMES(sums);

volatile __u32 how_many;
volatile __u64 result;
__u64 numbers[64];

FIBER int sums(struct xdp_md *ctx)
{
	__u32 n = how_many;
	__u64 sum = 0;

	for (__u32 i = 0; i < n; i++)
		sum += numbers[bpf_get_prandom_u32() & 63];
	result = sum;
	co_return XDP_DROP;
}

DELIVER_PACKETS(sums);
