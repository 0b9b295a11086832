// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// An array in the frame, of which each element was assigned a computed value, is
// described behind the await by where each element is, not by how its value was
// computed: with the address alone that crashed LLVM's printer.
// RUN: %fiberc -mcpu=v3 -Og -g -I %S/Inputs -c %s -o %t.o \
// RUN:   -mllvm -print-after=bpf-fiber-lower 2>&1 | FileCheck %s
#include "fiber.h"

FRAMES(elements);

volatile long in[8];

// CHECK-NOT: DW_OP_deref, DW_OP_LLVM_arg
// CHECK: define internal {{.*}}i32 @elements__resume_xdp(
// CHECK-NOT: DW_OP_deref, DW_OP_LLVM_arg
// CHECK: !DIExpression(DW_OP_plus_uconst, 2, DW_OP_deref, DW_OP_LLVM_fragment, 16, 16)
// CHECK-NOT: DW_OP_deref, DW_OP_LLVM_arg
FIBER int elements(struct xdp_md *ctx)
{
	__u16 shifted = 1 >> (in[1] & 15);
	short array[4] = { in[3], shifted, (signed char)shifted, 82 };

	co_await next_packet(XDP_PASS);
	co_return array[in[0] & 3];
}

DELIVER_PACKETS(elements);
