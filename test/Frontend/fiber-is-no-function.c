// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A fiber is run by the verbs; it is neither called nor pointed to.
// RUN: %verify %s
#include "fiber.h"

FIBER int other(struct xdp_md *ctx, __u32 n)
{
	co_await next_packet(XDP_PASS);
	return n;
}
RUN(other, 5);

static int (*pointer)(struct xdp_md *, __u32) = other; // expected-error {{fiber 'other' has no address [bpf-fiber-address]}} expected-note {{the compiler splits a fiber into its resume functions; name it in fiber_spawn(), fiber_resume(), fiber_deliver() or fiber_reply()}}

static int apply(int (*f)(struct xdp_md *, __u32), struct xdp_md *ctx)
{
	return f(ctx, 1) + pointer(ctx, 2);
}

FIBER int waits(struct xdp_md *ctx)
{
	int x = other(ctx, 1);      // expected-error {{fiber 'other' cannot be called like a function [bpf-fiber-called]}} expected-note {{start it with fiber_spawn(), or with fiber_deliver() to start or resume it}}

	co_await sleep_ns(1);
	co_await other(ctx, 2);     // expected-error {{awaiting another fiber is not supported yet: start 'other' with fiber_spawn() [bpf-fiber-await-fiber]}} expected-note {{what several fibers wait for in the same way can be an AWAITABLE function}}
	x += co_await other(ctx, 2) + 1; // expected-error {{awaiting another fiber}} expected-note {{AWAITABLE}}
	x += apply(other, ctx);     // expected-error {{fiber 'other' has no address}} expected-note {{name it in}}
	x += apply(&other, ctx);    // expected-error {{fiber 'other' has no address}} expected-note {{name it in}}
	return other == 0;          // expected-error {{fiber 'other' has no address}} expected-note {{name it in}} expected-warning {{comparison of function 'other' equal to a null pointer is always false}} expected-note {{prefix with the address-of operator}}
}
RUN(waits);

SEC("xdp") int calls(struct xdp_md *ctx)
{
	return other(ctx, 1); // expected-error {{fiber 'other' cannot be called like a function}} expected-note {{start it with}}
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
