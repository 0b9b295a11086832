// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What was tested of a number in front of an await is not tested again behind
// it: here the loop goes on without having asked.
// RUN: %lowered=counts__resume_xdp %s 2>&1 | FileCheck %s
#include "fiber.h"

FRAMES(counts);

FIBER int counts(struct xdp_md *ctx)
{
	for (__u32 strikes = 0; strikes < 3;) {
		co_await next_packet(XDP_PASS);
		strikes = ctx->rx_queue_index ? strikes + 1 : 0;
		if (strikes < 3)
			co_await next_packet(XDP_TX);
	}
	co_return XDP_DROP;
}

DELIVER_PACKETS(counts);

// CHECK: define internal {{.*}}@counts__resume_xdp(
// CHECK: icmp {{.*}}, {{[23]$|[23],}}
// CHECK-NOT: icmp {{.*}}, {{[23]$|[23],}}
// CHECK: {{^}}}
