// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What the fix-its make of a wrong program is a right one.
// RUN: cp %s %t.c
// RUN: not %fiberc -fsyntax-only -I %inputs -Xclang -fixit %t.c
// RUN: %silent %t.c
// RUN: FileCheck --input-file=%t.c %s
#include "fiber.h"

struct exit_ctx {
	long ret;
};
FIBER_CONTEXT(sys_exit, struct exit_ctx);

// CHECK: static __always_inline long helper(void)
static long helper(void)
{
	// CHECK: long err = co_await sleep_ns(1);
	long err = sleep_ns(1);

	return err;
}

// CHECK: static __always_inline long other_helper(void)
static inline long other_helper(void)
{
	return helper();
}

static __always_inline struct exit_ctx *leave(void)
{
	return next_event(sys_exit, 0);
}

static int plain(int n)
{
	return n;
}

FIBER long child(int n)
{
	co_await sleep_ns(n);
	co_return n;
}

FIBER int waits(struct xdp_md *ctx)
{
	long x;

	// CHECK: x = 1 + co_await child(3);
	x = 1 + child(3);

	// CHECK: {{^}}	co_await next_packet(XDP_PASS);
	next_packet(XDP_PASS);
	// CHECK: x = (long)co_await helper();
	x = (long)helper();
	// CHECK: x = co_try(co_await other_helper());
	x = co_try(other_helper());
	// CHECK: x = (co_await leave())->ret;
	x = leave()->ret;
	// CHECK: return x + plain(1);
	return x + co_await plain(1);
}
RUN(waits);
