// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What the compiler puts around a suspend, stores in front of it and loads and
// range checks behind it, belongs to the line of the co_await: not to the line
// of the header in which the awaitable ends, and not to none. In an inlined
// helper that is the helper's line.
// RUN: %lowered=waits__resume_xdp %s 2>&1 | FileCheck %s
// RUN: %compile -mcpu=v3 -c %s -o %t.o
// RUN: llvm-objdump -d -l %t.o | FileCheck --check-prefix=OBJECT %s
#include "fiber.h"

FRAMES(waits);

__u64 kept[1024];

static __always_inline void pause(struct xdp_md *ctx)
{
	co_await next_packet(XDP_PASS);		/* in the helper */
	kept[0] += ctx->ingress_ifindex;
}

FIBER int waits(struct xdp_md *ctx)
{
	__u32 queue = ctx->rx_queue_index;

	if (queue >= 1024)
		co_return XDP_PASS;
	co_await next_packet(XDP_DROP);		/* in the fiber */
	kept[queue ^= 1]++;
	co_await pause(ctx);
	kept[queue]++;
	co_return XDP_DROP;
}

DELIVER_PACKETS(waits);

// CHECK: define internal {{.*}}i32 @waits__resume_xdp(
// CHECK: {{^}}resume.L[[#@LINE-10]]_next_packet:
// CHECK: load i32, ptr %{{.*}}, !dbg ![[FIBER:[0-9]+]]
// CHECK: callbr {{.*}}
// CHECK-NEXT: to label {{.*}}, !dbg ![[FIBER]]
// CHECK: store i32 %{{.*}}, ptr %{{queue.*}}, !dbg ![[HELPER:[0-9]+]]
// CHECK-NEXT: call void @__fiber_release({{.*}}), !dbg ![[HELPER]]
// CHECK: {{^}}resume.L[[#@LINE-14]]_pause__L[[#@LINE-26]]_next_packet:
// CHECK: load i32, ptr %{{.*}}, !dbg ![[HELPER]]
// CHECK: {{^}}}

// The dispatch belongs to the fiber itself.
// OBJECT: {{code-around-.*\.c}}:21{{$}}
// OBJECT: {{code-around-.*\.c}}:27{{$}}
// OBJECT-NEXT: if r{{[0-9]}} > 0x3ff goto
// OBJECT: {{code-around-.*\.c}}:17{{$}}
// OBJECT-NEXT: *(u32 *)(r0 + 0x4) = {{[rw]}}1
// OBJECT: {{code-around-.*\.c}}:17{{$}}
// OBJECT-NEXT: if r{{[0-9]}} > 0x3ff goto
