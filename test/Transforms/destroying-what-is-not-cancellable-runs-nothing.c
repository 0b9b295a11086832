// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A cancellation is one more resume function, of fibers that are declared so.
// RUN: %lowered='*' %s 2>&1 | FileCheck %s --implicit-check-not=plain__resume_cancel
#include "fiber.h"

FRAMES(plain);
FRAMES(careful);

void cleanup(int n);

// CHECK-LABEL: define internal {{.*}}i64 @careful__resume_cancel(ptr {{.*}}%frame, i32 %word, ptr {{.*}}%key,
// CHECK-NEXT: entry:
// CHECK-NEXT: icmp eq i32 %word, 1
// CHECK: [[RETURN:.*]]:
// CHECK-NEXT: ret i64 0
// CHECK: call void @cleanup(i32 {{.*}}-125)
// CHECK-NEXT: br label %[[RETURN]]
// CHECK: call void @cleanup(i32 {{.*}}1)
// CHECK-NEXT: br label %[[RETURN]]
FIBER int plain(struct xdp_md *ctx)
{
	co_await next_packet(XDP_DROP);
	co_return 0;
}

FIBER_CANCELLABLE int careful(struct xdp_md *ctx)
{
	long woken = co_await next_packet(XDP_DROP);

	if (woken < 0) {
		cleanup(woken);
		co_await next_packet(XDP_DROP);
		cleanup(1);
	}
	co_return 0;
}

DELIVER_PACKETS(plain);
DELIVER_PACKETS(careful);

SEC("syscall") int end(void *ctx)
{
	__u32 key = 0;

	return fiber_destroy(&plain_frames, plain, &key) +
	       fiber_destroy(&careful_frames, careful, &key);
}
