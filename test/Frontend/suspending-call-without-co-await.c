// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Every suspension can be seen in the source.
// RUN: %verify %s
// RUN: not %show %s 2>&1 | FileCheck %s
#include "fiber.h"

struct exit_ctx {
	long ret;
};
FIBER_CONTEXT(sys_exit, struct exit_ctx);
#define PAUSE() sleep_ns(1000)

AWAITABLE long pause(void)
{
	return sleep_ns(1000); // expected-note {{'pause' suspends here}}
}

AWAITABLE struct exit_ctx *leave(void)
{
	return next_event(sys_exit, 0); // expected-note {{'leave' suspends here}}
}

AWAITABLE long twice(void)
{
	long err = pause(); // expected-error {{'pause' suspends the fiber: call it with co_await [bpf-fiber-missing-await]}}

	return err ? err : pause();
}

// Forwarding, and the marker, are how awaitables are written.
AWAITABLE long forwards(int n)
{
	if (n == 1)
		return (pause());
	if (n == 2)
		return n ? (int)pause() : sleep_ns(2);
	if (n == 3) {
		long woken = __fiber_suspend("home", XDP_PASS, 0);

		return woken;
	}
	return co_await pause();
}

FIBER int waits(struct xdp_md *ctx)
{
	long x;

	// CHECK: suspending-call-without-co-await.c:[[@LINE+2]]:2: error: 'next_packet' suspends
	// CHECK: fix-it:"{{.*}}":{[[@LINE+1]]:2-[[@LINE+1]]:2}:"co_await "
	next_packet(XDP_PASS); // expected-error {{'next_packet' suspends the fiber: call it with co_await [bpf-fiber-missing-await]}}
	// A macro of the language is where the user wrote it.
	// CHECK: fix-it:"{{.*}}":{[[@LINE+1]]:10-[[@LINE+1]]:10}:"co_await "
	x = 1 + sleep_ns(1); // expected-error {{'sleep_ns' suspends}}
	// CHECK: error: 'next_event' suspends
	x = next_event(sys_exit, 0) != 0; // expected-error {{'next_event' suspends}}
	// A prefix operator would take all of it.
	// CHECK: fix-it:"{{.*}}":{[[@LINE+2]]:6-[[@LINE+2]]:6}:"(co_await "
	// CHECK: fix-it:"{{.*}}":{[[@LINE+1]]:13-[[@LINE+1]]:13}:")"
	x = leave()->ret; // expected-error {{'leave' suspends}}
	x = __fiber_suspend("home", 0, 0); // expected-error {{'__fiber_suspend' suspends}}
	// CHECK: error: 'sleep_ns' suspends
	// CHECK-NOT: fix-it
	// CHECK: note: expanded from macro 'PAUSE'
	// CHECK-NOT: fix-it
	PAUSE(); // expected-error {{'sleep_ns' suspends}}
	if (co_await forwards(1) == FIBER_TIMEOUT)
		co_await PAUSE();
	co_await twice();
	return x;
}
RUN(waits);
