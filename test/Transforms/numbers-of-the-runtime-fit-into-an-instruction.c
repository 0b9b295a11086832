// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Of what a packet costs: a time that is a constant is added to the clock as
// one of 32 bits, and a deletion counts with such numbers. One of 64 bits would
// take two instructions, and a register. The counters' address is one: to claim
// a frame, and to see whether it still is the key's, it is loaded once.
//
// RUN: %compile -O2 -mcpu=v3 -S %s -o - | FileCheck %s
//
// CHECK-LABEL: {{^}}deliver:
// CHECK: = quiet_counters ll
// CHECK: call 1{{ *$}}
// CHECK: atomic_fetch_or
// CHECK-NOT: = quiet_counters ll
// CHECK: call 1{{ *$}}
// CHECK-NOT: 10000000000 ll
// CHECK: call 160
// CHECK: r0 >>= 20
// CHECK-DAG: w0 += 9536
// CHECK-DAG: w0 |= 1
// CHECK: r[[BEGUN:[0-9]+]] = 1{{ *$}}
// CHECK: {{(lock [*]|atomic_fetch_add[(])[(]u64 [*][)][(]r[0-9]+ [+] 0[)](,| [+]=) }}r[[BEGUN]]
// CHECK: call 3
// CHECK: r[[ENDED:[0-9]+]] = 16777215
// CHECK: {{(lock [*]|atomic_fetch_add[(])[(]u64 [*][)][(]r[0-9]+ [+] 0[)](,| [+]=) }}r[[ENDED]]
// CHECK: .Lfunc_end

#include "fiber.h"

FRAMES(quiet);

FIBER int quiet(struct xdp_md *ctx)
{
	for (;;)
		if (co_await next_packet_or_timeout(XDP_PASS, 10000000000) != FIBER_PACKET ||
		    fiber_value())
			co_return XDP_DROP;
}

SEC("xdp") int first(struct xdp_md *ctx)
{
	__u32 key = ctx->ingress_ifindex;

	return fiber_deliver(&quiet_frames, quiet, &key, ctx, XDP_DROP);
}

SEC("xdp") int deliver(struct xdp_md *ctx)
{
	__u32 key = ctx->ingress_ifindex;

	return fiber_resume_with(&quiet_frames, quiet, &key, ctx, XDP_DROP,
				 ctx->rx_queue_index);
}
