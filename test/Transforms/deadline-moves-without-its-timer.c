// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A wait that is renewed by a packet only moves its deadline: the timer is
// started only if the deadline before, which the frame has, was later.
// RUN: %lowered=waits__resume_xdp %s 2>&1 | FileCheck %s
#include "fiber.h"

FRAMES(waits);

FIBER int waits(struct xdp_md *ctx)
{
	while (co_await next_packet_or_timeout(XDP_DROP, 1000000) == FIBER_PACKET)
		;
	co_return 0;
}

DELIVER_PACKETS(waits);

// CHECK: define internal {{.*}}@waits__resume_xdp(
// CHECK: %[[DEADLINE:.*]] = getelementptr inbounds {{(nuw )?}}i8, ptr %frame, i64
// CHECK: %[[OLD:.*]] = load i32, ptr %[[DEADLINE]]
// CHECK: store i32 %{{.*}}, ptr %[[DEADLINE]]
// CHECK: %[[BEFORE:.*]] = add i32 %[[OLD]], -1
// CHECK: icmp {{.*}} i32 %[[BEFORE]],
// CHECK: {{^}}}
