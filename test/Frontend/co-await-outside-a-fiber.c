// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Awaiting is possible where a fiber runs and nowhere else.
// RUN: %verify %s
#include "fiber.h"

AWAITABLE long pause(void)
{
	return sleep_ns(1000);
}

SEC("xdp") int program(struct xdp_md *ctx) // expected-note 4 {{'program' is a program: move what waits into a FIBER function and start it here with fiber_spawn() or fiber_deliver()}}
{
	co_await next_packet(XDP_PASS); // expected-error {{'next_packet' can only be awaited in a fiber, and 'program' is none [bpf-fiber-await-outside-fiber]}}
	sleep_ns(1);                    // expected-error {{'sleep_ns' can only be awaited in a fiber}}
	co_await pause();               // expected-error {{'pause' can only be awaited in a fiber}}
	return fiber_self() != 0;       // expected-error {{'fiber_self' can only be called in a fiber, and 'program' is none [bpf-fiber-await-outside-fiber]}}
}

int global_function(void) // expected-note {{declare 'global_function' as FIBER and start it with fiber_spawn() or fiber_deliver(), or as AWAITABLE and await it from fibers}}
{
	return co_await pause(); // expected-error {{'pause' can only be awaited in a fiber, and 'global_function' is none}}
}

// The nearest that is right: a fiber, and a program that starts it.
FIBER int waits(struct xdp_md *ctx)
{
	co_await next_packet(XDP_PASS);
	co_await pause();
	co_return fiber_self() != 0;
}
RUN(waits);
