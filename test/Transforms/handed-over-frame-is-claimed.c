// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A start that hands over to the resume function inserts a frame that is
// claimed: nobody else may resume the fiber in between.
// RUN: %lowered=sums__start -fbpf-fiber-quantum=300 %s 2>&1 | FileCheck %s
#include "fiber.h"

FRAMES(sums);

__u64 result;

struct call {
	__u32 n;
};

FIBER int sums(struct call *ctx)
{
	__u32 n = ctx->n;
	__u64 sum = 0;

	for (__u32 i = 0; i < n; i++) {
		asm volatile("" : "+r"(sum));
		sum += i;
	}
	result = sum;
	co_return 5;
}

SEC("syscall") int call(struct call *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&sums_frames, sums, &key, ctx, 7);
}

// CHECK: define internal {{.*}}@sums__start(
// CHECK: %[[CLAIMED:.*]] = or {{.*}}i32 %{{.*}}, -2147483648
// CHECK-NEXT: store i32 %[[CLAIMED]], ptr %image
// CHECK-NEXT: call ptr @__fiber_rt_create({{.*}}ptr %image,
// CHECK: {{^}}}
