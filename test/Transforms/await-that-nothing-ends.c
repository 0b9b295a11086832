// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A wait for a context in which no verb runs the fiber never ends. If one of
// several wake-ups can come there is nothing to say.
// RUN: %compile -c %s -o %t.o 2>&1 | FileCheck %s --implicit-check-not=warning: --implicit-check-not=error:
// RUN: %compile -Werror -DRIGHT -c %s -o %t.o
#include "fiber.h"

struct exit_ctx {
	long ret;
};

FIBER_CONTEXT(leave, struct exit_ctx);
FRAMES(waits);

FIBER int waits(struct xdp_md *ctx)
{
	co_await next_packet_or_timeout(0, 1000000);
	co_await next_event(leave, 0);
	co_return 0;
}

SEC("xdp") int start(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_spawn(&waits_frames, waits, &key, ctx, FIBER_REFUSE, 0);
}

#ifdef RIGHT
SEC("fexit/f") int end(struct exit_ctx *ctx)
{
	__u32 key = 0;

	return fiber_resume(&waits_frames, waits, &key, ctx, 0);
}
#endif

// CHECK: await-that-nothing-ends.c:18:11: warning: nothing resumes fiber 'waits' from this co_await: no verb runs it in context 'leave' [bpf-fiber-never-resumed]
// CHECK: note: call fiber_deliver() or fiber_resume() in such a program
