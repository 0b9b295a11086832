// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A fiber is run by the verbs, or awaited; it is neither called nor pointed to.
// RUN: %verify %s
#include "fiber.h"

FIBER int other(struct xdp_md *ctx, __u32 n)
{
	co_await next_packet(XDP_PASS); // expected-note {{'other' suspends here}}
	return n;
}
RUN(other, 5);

static int (*pointer)(struct xdp_md *, __u32) = other; // expected-error {{fiber 'other' has no address [bpf-fiber-address]}} expected-note {{the compiler splits a fiber into its resume functions; name it in fiber_spawn(), fiber_resume(), fiber_deliver() or fiber_reply()}}

static int apply(int (*f)(struct xdp_md *, __u32), struct xdp_md *ctx)
{
	return f(ctx, 1) + pointer(ctx, 2);
}

static int helper(struct xdp_md *ctx) // expected-error {{'helper' awaits, so it must be 'static __always_inline'}} expected-note {{declare it AWAITABLE}}
{
	return co_await other(ctx, 1); // expected-note {{it calls 'other' here}}
}

FIBER int waits(struct xdp_md *ctx)
{
	int x = other(ctx, 1);      // expected-error {{'other' suspends the fiber: call it with co_await [bpf-fiber-missing-await]}}

	co_await sleep_ns(1);
	co_await other(ctx, 2);
	x += co_await other(ctx, 2) + 1;
	x += co_await helper(ctx);
	x += apply(other, ctx);     // expected-error {{fiber 'other' has no address}} expected-note {{name it in}}
	x += apply(&other, ctx);    // expected-error {{fiber 'other' has no address}} expected-note {{name it in}}
	return other == 0;          // expected-error {{fiber 'other' has no address}} expected-note {{name it in}} expected-warning {{comparison of function 'other' equal to a null pointer is always false}} expected-note {{prefix with the address-of operator}}
}
RUN(waits);

SEC("xdp") int calls(struct xdp_md *ctx)
{
	return other(ctx, 1); // expected-error {{fiber 'other' cannot be called like a function [bpf-fiber-called]}} expected-note {{start it with fiber_spawn(), or with fiber_deliver() to start or resume it; only fibers can await it}}
}

static int plain(struct xdp_md *ctx)
{
	return other(ctx, 1); // expected-error {{fiber 'other' cannot be called like a function}} expected-note {{only fibers can await it}}
}

SEC("xdp") int awaits(struct xdp_md *ctx) // expected-note {{'awaits' is a program: move what waits into a FIBER function}}
{
	int x = co_await other(ctx, 1); // expected-error {{'other' can only be awaited in a fiber, and 'awaits' is none [bpf-fiber-await-outside-fiber]}}

	return x + plain(ctx);
}

// All that may be done with one.
SEC("xdp") int verbs(struct xdp_md *ctx)
{
	__u32 key = 1;

	fiber_spawn(&other_map, other, &key, ctx, FIBER_REPLACE, XDP_DROP, 7);
	fiber_resume(&other_map, other, &key, ctx, XDP_DROP);
	fiber_resume_with(&other_map, other, &key, ctx, XDP_DROP, 3);
	fiber_deliver(&other_map, other, &key, ctx, XDP_DROP, 7);
	fiber_deliver_with(&other_map, other, &key, ctx, XDP_DROP, 3, 7);
	fiber_deliver_in("xdp", &other_map, other, &key, ctx, XDP_DROP, 7);
	fiber_destroy(&other_map, other, &key);
	return sizeof(other(ctx, 1)) + sizeof(&other);
}

SEC("syscall") int answers(void *ctx)
{
	__u32 key = 1;

	return fiber_reply(&other_map, other, &key, ctx, -1, 5, 6);
}
