// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The operand of co_await is a call that can suspend.
// RUN: %verify %s
// RUN: not %show %s 2>&1 | FileCheck %s
#include "fiber.h"

struct exit_ctx {
	long ret;
};
FIBER_CONTEXT(sys_exit, struct exit_ctx);

long elsewhere(void); // expected-note {{'elsewhere' has no body in this file; an awaitable is an always-inline function that ends in __fiber_suspend()}}

static int plain(int n) // expected-note 2 {{'plain' never suspends: call it without co_await}}
{
	return n;
}

static __always_inline long maybe(int now)
{
	return now ? -1 : __fiber_suspend("home", XDP_PASS, 0);
}

FIBER int waits(struct xdp_md *ctx)
{
	long x = 1;

	co_await elsewhere(); // expected-error {{'elsewhere' is not awaitable [bpf-fiber-not-awaitable]}}
	// CHECK: awaiting-what-never-suspends.c:[[@LINE+2]]:6: error: 'plain' is not awaitable
	// CHECK: fix-it:"{{.*}}":{[[@LINE+1]]:6-[[@LINE+1]]:15}:""
	x = co_await plain(1); // expected-error {{'plain' is not awaitable}}
	x = co_await (long)(plain)(1); // expected-error {{'plain' is not awaitable}}
	x = co_await __builtin_bswap32(1); // expected-error {{'__builtin_bswap32' is not awaitable}} expected-note {{never suspends}}
	x = co_await x; // expected-error {{operand of co_await is not a call of an awaitable [bpf-fiber-not-awaitable]}} expected-note {{an awaitable is an always-inline function that ends in __fiber_suspend(), such as next_packet() or sleep_ns()}}
	x = co_await (sleep_ns(1) + x); // expected-error {{operand of co_await is not a call}} expected-note {{co_await applies to the whole operand; to await this call write '(co_await sleep_ns(...))'}}
	x = co_await next_event(sys_exit, 0)->ret; // expected-error {{operand of co_await is not a call}} expected-note {{write '(co_await next_event(...))'}}
	co_await co_try(maybe(0) + 1); // no error: a statement expression may compute

	// All of these await.
	x = co_await maybe(0) + 1;
	x = -co_await maybe(0);
	x = (co_await next_event(sys_exit, 0))->ret;
	x = co_await (long)(maybe)(1);
	x = co_await (x ? maybe(1) : sleep_ns(2));
	x = co_await (x ? maybe(1) : -1);
	x = co_await (x ?: maybe(1));
	x = co_await (x++, maybe(1));
	x = co_await _Generic(x, long: maybe(1), default: 0);
	x = co_await __builtin_choose_expr(1, maybe(1), 0);
	x = co_await ({
		long err = maybe(1);

		err ? err : sleep_ns(1);
	});
	x = co_await __fiber_suspend("timer", XDP_PASS, 0);
	x = co_try(co_await maybe(1));
	return x;
}
RUN(waits);
