// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// -Og lets variables live to the end of their scope, for a debugger. They are
// not kept across an await for that, pointers that nobody uses behind it are no
// errors, and programs and helpers have none of it either.
// RUN: %compile -Og -Werror -S -emit-llvm %s -o - | FileCheck %s --implicit-check-not=llvm.fake.use
// RUN: %compile -Og -Werror -mcpu=v3 -c %s -o %t.o
// RUN: %bpftool btf dump file %t.o | FileCheck --check-prefix=FRAME %s
#include "fiber.h"

FRAMES(forgets);

static __always_inline int first(struct xdp_md *ctx)
{
	__u8 *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;

	return data + 1 > end ? 0 : *data;
}

FIBER int forgets(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	__u32 unused = ctx->rx_queue_index;

	if (data + 14 > end || unused > 7 || !first(ctx))
		co_return XDP_PASS;
	co_await next_packet(XDP_DROP);
	co_return first(ctx);
}

DELIVER_PACKETS(forgets);

// CHECK: define {{.*}}@forgets_program
// FRAME: STRUCT 'forgets_frame' size=4 vlen=1
