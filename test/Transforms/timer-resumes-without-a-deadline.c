// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Behind a timeout there is no deadline: the frame is told when the fiber
// suspends again, and nothing is stored into one that is deleted. Nor is a zero
// stored into one that has been inserted empty.
// RUN: %lowered=waits__resume_timer %s 2>&1 | FileCheck %s
// RUN: %lowered=waits__start %s 2>&1 | FileCheck --check-prefix=START %s
#include "fiber.h"

FRAMES(waits);

__u64 rounds;

FIBER int waits(struct xdp_md *ctx)
{
	__u64 n = 0;

	while (co_await next_packet_or_timeout(XDP_DROP, 1000000) == FIBER_PACKET)
		rounds = n++;
	if (!rounds)
		co_return 0;
	co_await next_packet(XDP_PASS);
	rounds++;
	co_return 0;
}

DELIVER_PACKETS(waits);

// CHECK: define internal {{.*}}@waits__resume_timer(
// CHECK: %[[DEADLINE:.*]] = getelementptr inbounds {{(nuw )?}}i8, ptr %frame, i64 [[OFFSET:[0-9]+]]
// CHECK-NEXT: store i32 0, ptr %[[DEADLINE]]
// CHECK-NEXT: call void @__fiber_release(
// CHECK-NOT: store i32
// CHECK: call void @__fiber_delete(
//
// Late, for a wait that is over: none is queued any more.
// CHECK: store i32 0, ptr
// CHECK-NEXT: call void @__fiber_release(ptr %frame, i32 0, i32 %word)
// CHECK: {{^}}}

// START: define internal {{.*}}@waits__start(
// START-NOT: store i64 0
// START: call void @__fiber_release(
// START-NOT: store i64 0
// START: {{^}}}
