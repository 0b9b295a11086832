// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Two hooks with the same context type are two kinds when they are named: a
// fiber that waits for one is not resumed at the other.
// RUN: %everywhere %s %t
#include "kernel-test.h"

struct args {
	int n;
};

FIBER_CONTEXT(call, struct args);
FIBER_CONTEXT_NAMED(answer, struct args);

FRAMES(talking);

// DO: run make_call ctx=5 == 0
// DO: check frames[0].state == L*_next_event
// DO: run make_call ctx=6 == 999
// DO: check talking_counters.not_waiting == 1
// DO: run make_answer ctx=7 == 57
FIBER int talking(struct args *ctx)
{
	int n = ctx->n;
	struct args *answer = co_await next_event(answer, 0);

	co_return n * 10 + answer->n;
}

SEC("syscall") int make_call(struct args *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&frames, talking, &key, ctx, REFUSED);
}

SEC("syscall") int make_answer(struct args *ctx)
{
	__u32 key = 0;

	return fiber_resume_in("answer", &frames, talking, &key, ctx, REFUSED);
}
