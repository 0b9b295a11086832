// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A local frame whose one await asks user space has a header: a reply that is
// stale puts its word back.
// RUN: %lowered=asks__start %s 2>&1 | FileCheck %s
#include "fiber.h"

FIBER_LOCAL_MAP(asks_frames, asks, BPF_MAP_TYPE_HASH, __u32, 16);
FIBER_EVENTS(4096);

FIBER int asks(struct xdp_md *ctx, __u32 n)
{
	co_return n + co_await yield_to_user(XDP_DROP);
}

DELIVER_PACKETS(asks, 5);

SEC("syscall") int reply(__u32 *ctx)
{
	__u32 key = 0;

	return fiber_reply(&asks_frames, asks, &key, ctx, 0, *ctx, 0);
}

// CHECK: define internal {{.*}}@asks__start(
// CHECK: store i32 1, ptr %image
// CHECK: call i64 @__fiber_rt_insert(
// CHECK: {{^}}}
