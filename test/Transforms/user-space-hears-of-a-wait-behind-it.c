// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The question to user space is submitted when the fiber waits for the answer:
// behind the insertion of its frame, and behind its release.
// RUN: %lowered=asks__start,asks__resume_xdp %s 2>&1 | FileCheck %s
#include "fiber.h"

FRAMES(asks);
FIBER_EVENTS(4096);

FIBER int asks(struct xdp_md *ctx)
{
	long first = co_await yield_to_user(XDP_DROP);

	co_await next_packet(first);
	co_return co_await yield_to_user(XDP_PASS);
}

DELIVER_PACKETS(asks);

SEC("syscall") int reply(__u32 *ctx)
{
	__u32 key = 0;

	return fiber_reply(&asks_frames, asks, &key, ctx, 0, *ctx, 0);
}

// CHECK: define internal {{.*}}@asks__start(
// CHECK-NOT: call void @__fiber_rt_submit
// CHECK: call i64 @__fiber_rt_insert(
// CHECK: call void @__fiber_rt_submit(
// CHECK: {{^}}}

// CHECK: define internal {{.*}}@asks__resume_xdp(
// CHECK-NOT: call void @__fiber_rt_submit
// CHECK: call void @__fiber_release(
// CHECK: call void @__fiber_rt_submit(
// CHECK: {{^}}}
