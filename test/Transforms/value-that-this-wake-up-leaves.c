// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What only the timer changes is not stored again by a packet: what a resume
// function never reaches is gone before it is asked what is unchanged.
// RUN: %lowered=f__resume_xdp %s 2>&1 | FileCheck %s
// RUN: %lowered=f__resume_timer %s 2>&1 | FileCheck %s --check-prefix=TIMER
#include "fiber.h"

FRAMES(f);

__u32 last;

FIBER int f(struct xdp_md *ctx)
{
	__u32 late = ctx->rx_queue_index;

	for (;;)
		if (co_await next_packet_or_timeout(XDP_PASS, 1000000) == FIBER_TIMEOUT)
			late += 3;
		else
			last = late;
}

DELIVER_PACKETS(f);

// CHECK: define internal {{.*}}@f__resume_xdp(
// CHECK: load i32, ptr %late.addr
// CHECK-NOT: store {{.*}}, ptr %late.addr
// CHECK: {{^}}}

// TIMER: define internal {{.*}}@f__resume_timer(
// TIMER: load i32, ptr %late.addr
// TIMER: store {{.*}}, ptr %late.addr
// TIMER: {{^}}}
