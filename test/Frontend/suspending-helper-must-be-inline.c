// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A fiber suspends only in code that is inlined into it.
// RUN: %verify %s
// RUN: not %show %s 2>&1 | FileCheck %s
#include "fiber.h"

// CHECK: suspending-helper-must-be-inline.c:[[@LINE+2]]:13: error: 'plain' awaits
// CHECK: fix-it:"{{.*}}":{[[@LINE+1]]:8-[[@LINE+1]]:8}:"__always_inline "
static long plain(void) // expected-error {{'plain' awaits, so it must be 'static __always_inline' [bpf-fiber-not-inline]}} expected-note {{declare it AWAITABLE: a fiber can only suspend in code that is inlined into it}}
{
	return co_await sleep_ns(1); // expected-note {{it calls 'sleep_ns' here}}
}

// CHECK: fix-it:"{{.*}}":{[[@LINE+1]]:8-[[@LINE+1]]:14}:"__always_inline"
static inline long only_inline(void) // expected-error {{'only_inline' awaits}} expected-note {{declare it}}
{
	return plain(); // expected-note {{it calls 'plain' here}}
}

// No fix-it: something has to go first.
// CHECK: error: 'never_inline' awaits
// CHECK-NOT: fix-it
// CHECK: error: 'global' awaits
static __attribute__((noinline)) long never_inline(void) // expected-error {{'never_inline' awaits}} expected-note {{declare it}}
{
	co_await next_packet(XDP_DROP); // expected-note {{it calls 'next_packet' here}}
	return co_await next_packet(XDP_PASS);
}

// Somebody awaits it, so it is meant to be a helper.
__always_inline long global(void) // expected-error {{'global' awaits}} expected-note {{declare it}}
{
	return sleep_ns(2); // expected-note {{it calls 'sleep_ns' here}}
}

static const void *my_key(void) // expected-error {{'my_key' uses the state of its fiber, so it must be 'static __always_inline' [bpf-fiber-not-inline]}} expected-note {{declare it}}
{
	return fiber_self(); // expected-note {{it calls 'fiber_self' here}}
}

static __always_inline long good(void)
{
	return co_await sleep_ns(1);
}

static __always_inline const void *good_key(void)
{
	return fiber_self();
}

static int ordinary(int n)
{
	return n + 1;
}

FIBER int waits(struct xdp_md *ctx)
{
	co_await plain();
	co_await only_inline();
	co_await never_inline();
	co_await global();
	co_await good();
	return ordinary(my_key() == good_key());
}
RUN(waits);
