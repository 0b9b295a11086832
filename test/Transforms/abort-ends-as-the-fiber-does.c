// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A fiber that cannot be armed ends like one that has come to its end with the
// verdict that is given then: the program deletes a frame in one place. Not so
// with a verdict that no end gives, for which the verifier would walk what is
// behind once more.
//
// RUN: %compile -O2 -mcpu=v3 -S -emit-llvm %s -o - | FileCheck %s
// RUN: %compile -O2 -mcpu=v3 -DLAST=XDP_TX -S -emit-llvm %s -o - | FileCheck --check-prefix=OTHER %s
#include "fiber.h"

#ifndef LAST
#define LAST	XDP_PASS
#endif

FRAMES(waiting);

FIBER int waiting(struct xdp_md *ctx)
{
	while (co_await next_packet_or_timeout(XDP_DROP, 1000000000) == FIBER_PACKET) {
		if (ctx->rx_queue_index == 7)
			co_return XDP_DROP;
		if (ctx->rx_queue_index == 8)
			co_return LAST;
	}
	co_return 0;
}

DELIVER_PACKETS(waiting);

// CHECK-LABEL: define {{.*}}@waiting_program(
// CHECK: call i64 inttoptr (i64 3 to ptr)(
// CHECK-NOT: call i64 inttoptr (i64 3 to ptr)(
// CHECK: {{^}}}

// OTHER-LABEL: define {{.*}}@waiting_program(
// OTHER: call i64 inttoptr (i64 3 to ptr)(
// OTHER-NOT: {{^}}}
// OTHER: call i64 inttoptr (i64 3 to ptr)(
