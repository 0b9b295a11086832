// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Nothing that awaits reaches itself: a frame has a fixed size.
// RUN: %verify %s
#include "fiber.h"

static __always_inline long pong(int n);

AWAITABLE long ping(int n)
{
	co_await sleep_ns(1);
	return n ? pong(n - 1) : 0; // expected-error {{'ping' awaits itself through 'pong' [bpf-fiber-recursion]}} expected-note {{a frame has a fixed size and no stack in it: use a loop}}
}

static __always_inline long pong(int n)
{
	return ping(n - 1); // expected-note {{'pong' awaits 'ping' here}}
}

AWAITABLE long again(int n)
{
	if (!n)
		return sleep_ns(1);
	return co_await again(n - 1); // expected-error {{'again' awaits itself [bpf-fiber-recursion]}} expected-note {{use a loop}}
}

FIBER int waits(struct xdp_md *ctx, __u32 n)
{
	co_await ping(3);
	co_await again(3);
	if (n)
		return co_await waits(ctx, n - 1); // expected-error {{fiber 'waits' awaits itself [bpf-fiber-recursion]}} expected-note {{use a loop}}
	return waits(ctx, 0);                      // expected-error {{fiber 'waits' awaits itself}} expected-note {{use a loop}}
}
RUN(waits, 1);

FIBER int second(struct xdp_md *ctx, __u32 n);
FIBER int third(__u32 n);

FIBER int first(struct xdp_md *ctx, __u32 n)
{
	co_return n ? co_await second(ctx, n - 1) : 0; // expected-error {{fiber 'first' awaits itself through 'second' [bpf-fiber-recursion]}} expected-note {{use a loop}}
}
RUN(first, 1);

static __always_inline long between(__u32 n)
{
	return co_await third(n); // expected-note {{'between' awaits 'third' here}}
}

FIBER int second(struct xdp_md *ctx, __u32 n)
{
	co_await sleep_ns(1);
	co_return co_await between(n); // expected-note {{'second' awaits 'between' here}}
}

FIBER int third(__u32 n)
{
	co_return co_await first(NULL, n); // expected-note {{'third' awaits 'first' here}}
}

// Not recursion of awaits: the same awaitable twice, one through another,
// ordinary functions (BPF's own business), and a fiber that wakes its peer.
AWAITABLE long pause(void)
{
	return sleep_ns(1);
}

AWAITABLE long longer(void)
{
	co_await pause();
	return pause();
}

static int even(int n);

static int odd(int n)
{
	return n ? even(n - 1) : 0;
}

static int even(int n)
{
	return n ? odd(n - 1) : 1;
}

FIBER long rest(__u32 n)
{
	while (n--)
		co_await pause();
	co_return 0;
}

FIBER long rests(__u32 n)
{
	while (n--)
		co_await rest(n);
	co_return co_await rest(1);
}

FIBER int peers(struct xdp_md *ctx);
FIBER_MAP(peers_map, peers, BPF_MAP_TYPE_HASH, __u32, 16);

FIBER int peers(struct xdp_md *ctx)
{
	__u32 peer = ctx->ingress_ifindex;

	co_await longer();
	co_await pause();
	co_await rest(2);
	co_await rests(3);
	co_await next_packet(even(4));
	return fiber_resume(&peers_map, peers, &peer, ctx, XDP_PASS);
}

SEC("xdp") int program(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_spawn(&peers_map, peers, &key, ctx, FIBER_REFUSE, XDP_PASS);
}
