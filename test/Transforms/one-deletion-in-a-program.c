// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The start function and the resume function end a fiber whose timer cannot be
// armed in the same way: in the program, which both are inlined into, it is
// there once.
//
// RUN: %compile -O2 -mcpu=v3 -S -emit-llvm %s -o - | FileCheck %s
//
// CHECK-LABEL: define {{.*}}@waiting_program(
// CHECK: atomicrmw add ptr getelementptr{{.*}}@waiting_counters, i64 56)
// CHECK-NOT: atomicrmw add ptr getelementptr{{.*}}@waiting_counters, i64 56)
// CHECK: {{^}}}

#include "fiber.h"

FRAMES(waiting);

FIBER int waiting(struct xdp_md *ctx)
{
	__u32 tokens = 8;

	for (;;) {
		if (co_await next_packet_or_timeout(XDP_PASS, 1000000000) == FIBER_TIMEOUT) {
			tokens++;
			continue;
		}
		if (!tokens) {
			co_await sleep_ns(5000000000);
			tokens = 8;
			continue;
		}
		tokens--;
	}
}

DELIVER_PACKETS(waiting);
