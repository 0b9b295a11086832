// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What suspends exists only where it is inlined.
// RUN: %verify %s
#include "fiber.h"

AWAITABLE long pause(void)
{
	return sleep_ns(1000);
}

static long add(int a, int b)
{
	return a + b;
}

static long (*hook)(void) = pause; // expected-error {{'pause' suspends, so it has no address [bpf-fiber-address]}} expected-note {{it exists only where it is inlined into a fiber}}

FIBER int waits(struct xdp_md *ctx)
{
	long (*f)(void) = pause;      // expected-error {{'pause' suspends, so it has no address}} expected-note {{only where it is inlined}}
	const void *g = __fiber_ctx;  // expected-error {{'__fiber_ctx' means something only in a fiber, so it has no address}} expected-note {{only where it is inlined}}
	long (*h)(int, int) = add;
	typeof(&pause) same_type = f;

	co_await pause();
	return f() + hook() + h(1, 2) + sizeof(&pause) + (g == same_type);
}
RUN(waits);
