// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A frame that is built on the stack has zeros where the first suspend keeps
// nothing: what was on the kernel's stack does not come into a map.
// RUN: %lowered=counts__start %s 2>&1 | FileCheck %s
#include "fiber.h"

FRAMES(counts);

FIBER int counts(struct xdp_md *ctx, __u64 n)
{
	__u64 length;

	co_await next_packet(1);
	length = end_of(ctx) - data_of(ctx);
	co_await next_packet(2);
	co_return n + length;
}

DELIVER_PACKETS(counts, 5);

// CHECK: define internal {{.*}}@counts__start(
// CHECK: %image = alloca [3 x i64]
// CHECK: %[[GAP:.*]] = getelementptr inbounds {{(nuw )?}}i8, ptr %image, i64 4
// CHECK: call void @llvm.memset{{.*}}(ptr {{.*}}%[[GAP]], i8 0, i64 4,
// CHECK: %[[REST:.*]] = getelementptr inbounds {{(nuw )?}}i8, ptr %image, i64 16
// CHECK: call void @llvm.memset{{.*}}(ptr {{.*}}%[[REST]], i8 0, i64 8,
// CHECK: call i64 @__fiber_rt_insert(
// CHECK: {{^}}}
