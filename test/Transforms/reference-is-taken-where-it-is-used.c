// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A reference is taken out of the frame on the paths that use it, behind the
// branch that decides; on the others it is not touched. A kfunc that was
// declared with FIBER_REFERENCE() acquires like those that are known, and of the
// declaration nothing is left.
// RUN: %lowered=waits__resume_xdp %s 2>&1 | FileCheck %s
// RUN: %emit %s | FileCheck --check-prefix=LEFT %s
#include "fiber.h"

struct thing {
	int number;
};

extern struct thing *module_thing_get(int number) __ksym;
extern void module_thing_put(struct thing *thing) __ksym;

FIBER_REFERENCE(module_thing_get, module_thing_put);
FRAMES(waits);

FIBER int waits(struct xdp_md *ctx)
{
	struct thing *thing = module_thing_get(1);
	int number;

	if (!thing)
		co_return 1;
	while (ctx->rx_queue_index)
		co_await next_packet(0);
	number = thing->number;
	module_thing_put(thing);
	co_return number;
}

SEC("xdp") int program(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&waits_frames, waits, &key, ctx, 0);
}

// CHECK: define internal {{.*}} @waits__resume_xdp(
// CHECK-NOT: call ptr inttoptr (i64 194 to ptr)
// CHECK: [[QUEUE:%.*]] = load i32, ptr
// CHECK-NOT: call ptr inttoptr (i64 194 to ptr)
// CHECK: br i1
// CHECK: call ptr inttoptr (i64 194 to ptr)(ptr %{{.*}}, ptr null)
// CHECK-NOT: @waits__keep_thing
// CHECK: call void @module_thing_put(
// CHECK-NOT: @waits__keep_thing

// LEFT-NOT: @__fiber_reference_
