// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A guard gives its answer at once: nothing in it awaits, and neither does
// anything that it calls. What is guarded is awaited, by a co_await before the
// fiber_guard() or within it.
// RUN: %verify %s
#include "fiber.h"

FIBER long child(struct xdp_md *ctx, int n)
{
	while (n--)
		co_await next_packet(XDP_PASS); // expected-note {{'child' suspends here}}
	co_return n;
}

AWAITABLE long pause(void)
{
	return sleep_ns(1);
}

static __always_inline long is_odd(struct xdp_md *ctx)
{
	return fiber_wakeup() == FIBER_PACKET && ctx->ingress_ifindex % 2;
}

FIBER int waits(struct xdp_md *ctx)
{
	int total = 0;
	long r;

	r = co_await fiber_guard(child(ctx, 3), is_odd(ctx));
	r = fiber_guard(co_await child(ctx, 3), is_odd(ctx));
	r = co_await fiber_guard(fiber_guard(child(ctx, 3), ++total == 5), is_odd(ctx));
	r = co_await fiber_guard(next_packet(r), is_odd(ctx));
	r = fiber_guard(child(ctx, 3), is_odd(ctx)); // expected-error {{'child' suspends the fiber: call it with co_await [bpf-fiber-missing-await]}}
	r = co_await fiber_guard(child(ctx, 3), co_await pause()); // expected-error {{'pause' suspends the fiber, which the guard of a fiber_guard() cannot [bpf-fiber-await-in-guard]}} expected-note {{a guard decides between a wake-up and what waits for it}}
	r = co_await fiber_guard(child(ctx, 3), child(ctx, 1)); // expected-error {{'child' suspends the fiber, which the guard}} expected-note {{a guard decides}}
	co_return r;
}
RUN(waits);

SEC("xdp") int program(struct xdp_md *ctx) // expected-note {{'program' is a program}}
{
	return fiber_wakeup(); // expected-error {{'fiber_wakeup' can only be called in a fiber, and 'program' is none}}
}
