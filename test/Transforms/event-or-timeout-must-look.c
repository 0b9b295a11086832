// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What next_event_or_timeout() gives is used without a look at whether the time
// was over: an error. With one, each resume function has its branch only.
// RUN: %refused %s | FileCheck %s --implicit-check-not=error: --implicit-check-not=warning:
// RUN: %lowered='*' -DRIGHT %s 2>&1 | FileCheck %s --check-prefix=RIGHT
#include "fiber.h"

struct event {
	int n;
};

FIBER_CONTEXT(event, struct event);

FRAMES(waits);

int seen;
void late(void);

// RIGHT-LABEL: define internal i32 @waits__resume_timer(
// RIGHT-NOT: @seen
// RIGHT: call void @late()
// RIGHT-NOT: @seen
// RIGHT-LABEL: define internal i32 @waits__resume_event(
// RIGHT-NEXT: entry:
// RIGHT-NOT: @late
// RIGHT: %[[N:.*]] = load i32, ptr %ctx
// RIGHT-NEXT: store i32 %[[N]], ptr @seen
// RIGHT-NEXT: call void @__fiber_delete(
// RIGHT-NEXT: ret i32 1
FIBER int waits(struct xdp_md *ctx)
{
	struct event *event = co_await next_event_or_timeout(event, XDP_DROP, 1000000);

#ifdef RIGHT
	if (!event) {
		late();
		co_return 0;
	}
#endif
	seen = event->n;
	co_return 1;
}

SEC("xdp") int begin(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_spawn(&waits_frames, waits, &key, ctx, FIBER_REFUSE, 0);
}

SEC("syscall") int happens(struct event *ctx)
{
	__u32 key = 0;

	return fiber_resume(&waits_frames, waits, &key, ctx, 0);
}

// CHECK: error: fiber 'waits' uses its context in code that is resumed by 'timer', where there is no such context [bpf-fiber-no-context]
// CHECK: event-or-timeout-must-look.c:{{[0-9]+}}:{{[0-9]+}}: note: it is resumed from this co_await
// CHECK: 1 error generated.
