// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What is read of a buffer in the frame is as aligned as the buffer and the
// offset are, and no more.
// RUN: %lowered=reads__resume_xdp %s 2>&1 | FileCheck %s
#include "fiber.h"

FRAMES(reads);

static long (*load_bytes)(struct xdp_md *ctx, __u32 offset, void *to,
			  __u32 size) = (void *)189;

struct {
	__u64 whole, even, odd;
} parts;

FIBER int reads(struct xdp_md *ctx)
{
	char text[48];

	load_bytes(ctx, 0, text, sizeof(text));
	co_await next_packet(XDP_PASS);
	__builtin_memcpy(&parts.whole, text, 8);
	__builtin_memcpy(&parts.even, text + 12, 8);
	__builtin_memcpy(&parts.odd, text + 33, 8);
	co_return XDP_DROP;
}

DELIVER_PACKETS(reads);

// CHECK: define internal {{.*}}@reads__resume_xdp(
// CHECK: %text.addr = getelementptr {{.*}}i8, ptr %frame, i64 [[BEGIN:4|8]]
// CHECK: load i64, ptr %text.addr, align [[BEGIN]]
// CHECK: %[[EVEN:.*]] = getelementptr {{.*}}i8, ptr %text.addr, i64 12
// CHECK: load i64, ptr %[[EVEN]], align 4
// CHECK: %[[ODD:.*]] = getelementptr {{.*}}i8, ptr %text.addr, i64 33
// CHECK: load i64, ptr %[[ODD]], align 1,
// CHECK: {{^}}}
