// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Zeros that a start leaves in the frame are written at once, and a local that
// is only copied there is made there.
// RUN: %compile -S -emit-llvm %s -o - | FileCheck %s
#include "fiber.h"

FIBER_MAP(sums_frames, sums, BPF_MAP_TYPE_ARRAY, __u32, 16);
FRAMES(sizes);

// CHECK-LABEL: define {{.*}}@sums_program(
// CHECK: call void @llvm.memset.p0.i64(ptr {{.*}}, i8 0, i64 24,
// CHECK: {{^}}}
FIBER int sums(struct xdp_md *ctx)
{
	__u64 a = 0, b = 0, c = 0;

	for (;;) {
		co_await next_packet(a ^ b ^ c ? XDP_PASS : XDP_DROP);
		a += ctx->rx_queue_index;
		b += ctx->ingress_ifindex;
		c += a * b;
	}
}

// CHECK-LABEL: define {{.*}}@sizes_program(
// CHECK: alloca [{{.*}} x i64]
// CHECK-NOT: alloca [
// CHECK-NOT: call void @llvm.memcpy
// CHECK: {{^}}}
FIBER int sizes(struct xdp_md *ctx)
{
	__u16 sizes[8] = {};

	for (__u32 i = 0;; i++) {
		sizes[i & 7] = ctx->data_end - ctx->data;
		co_await next_packet(sizes[(i + 1) & 7] > 9 ? XDP_PASS : XDP_DROP);
	}
}

DELIVER_PACKETS(sums);
DELIVER_PACKETS(sizes);
