// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Behind each resume debug info says where the C variables are: the context
// that of the new activation, numbers where they were loaded to, constants,
// parts of a struct; a variable whose address is taken is in the frame.
// RUN: %lowered=describes__resume_xdp %s 2>&1 | FileCheck %s
// RUN: %compile -c %s -o %t.o
// RUN: llvm-dwarfdump --debug-info %t.o | FileCheck --check-prefix=DWARF %s
#include "fiber.h"

FRAMES(describes);

struct pair {
	__u32 a, b;
};

void fill(__u8 *buffer, __u32 length);

FIBER int describes(struct xdp_md *ctx)
{
	__u32 queue = ctx->rx_queue_index;
	int constant = 5;
	struct pair pair = { .a = queue, .b = 7 };
	__u8 buffer[16];

	fill(buffer, pair.a + pair.b);
	co_await next_packet(XDP_DROP);
	fill(buffer, queue + ctx->ingress_ifindex + constant);
	constant = queue;
	co_await next_packet(XDP_PASS);
	fill(buffer, constant);
	co_return XDP_DROP;
}

DELIVER_PACKETS(describes);

// CHECK: define internal {{.*}}i32 @describes__resume_xdp(ptr %frame, i32 %word, ptr %key, ptr %ctx,
// CHECK: %[[BUFFER:buffer.*]] = getelementptr inbounds {{(nuw )?}}i8, ptr %frame, i64 8
// CHECK-NEXT: #dbg_value(ptr %[[BUFFER]], ![[#]], !DIExpression(DW_OP_deref),
// CHECK: {{^}}resume.L[[#@LINE-13]]_next_packet:
// CHECK: %queue = load i32, ptr
// CHECK-NEXT: #dbg_value(ptr %ctx, ![[CTX:[0-9]+]], !DIExpression(),
// CHECK-NEXT: #dbg_value(i32 %queue, ![[QUEUE:[0-9]+]], !DIExpression(),
// CHECK-NEXT: #dbg_value(i32 5, ![[CONSTANT:[0-9]+]], !DIExpression(),
// CHECK-NEXT: #dbg_value(i32 %queue, ![[PAIR:[0-9]+]], !DIExpression(DW_OP_LLVM_fragment, 0, 32)
// CHECK-NEXT: #dbg_value(i32 7, ![[PAIR]], !DIExpression(DW_OP_LLVM_fragment, 32, 32)
// CHECK-NEXT: #dbg_value(i32 %queue, ![[CONSTANT]], !DIExpression(),
// CHECK: {{^}}resume.L[[#@LINE-18]]_next_packet:
// CHECK: %[[AGAIN:.*]] = load i32, ptr
// CHECK-NEXT: #dbg_value(ptr %ctx, ![[CTX]], !DIExpression(),
// CHECK-NEXT: #dbg_value(i32 %[[AGAIN]], ![[QUEUE]], !DIExpression(),
// CHECK-NEXT: #dbg_value(i32 %[[AGAIN]], ![[CONSTANT]], !DIExpression(),
// CHECK-NOT: #dbg_value({{.*}} poison
// CHECK: {{^}}}

// DWARF: DW_AT_name	("describes__resume_xdp")
// DWARF: DW_TAG_inlined_subroutine
// DWARF: DW_AT_abstract_origin	({{.*}} "describes__resume_xdp")
// DWARF: DW_TAG_formal_parameter
// DWARF-NEXT: DW_AT_location
// DWARF: DW_AT_abstract_origin	({{.*}} "ctx")
// DWARF: DW_AT_location
// DWARF: DW_AT_abstract_origin	({{.*}} "queue")
