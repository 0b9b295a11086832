// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Programs as people write them: awaits in nested control flow, under macros,
// in helpers of helpers. There is nothing to say about them, at any level of
// warnings, and nothing after the preprocessor either.
// RUN: %silent %s
// RUN: %fiberc -I %inputs -E %s -o %t.i
// RUN: %fiberc -fsyntax-only -Werror -Wno-unused-value %t.i
#include "fiber.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define likely(x) __builtin_expect(!!(x), 1)
#define READ_ONCE(x) (*(volatile typeof(x) *)&(x))
#define max(a, b) ({ typeof(a) __a = (a); typeof(b) __b = (b); __a > __b ? __a : __b; })

/* Macros around awaits. */
#define WAIT_FOR(condition)						\
	while (!(condition))						\
		co_await next_packet(XDP_PASS)
#define TRY(expr)							\
	do {								\
		long err = (expr);					\
									\
		if (err < 0) {						\
			bpf_printk(#expr " failed: %ld", err);		\
			goto out;					\
		}							\
	} while (0)
#define next(verdict) co_await next_packet_or_timeout(verdict, 10ULL * 1000 * 1000 * 1000)
#define second(n) ((n) * 1000000000ULL)
#define AWAIT co_await

struct key {
	__u32 address;
	__u16 port;
};

struct request {
	__u64 started;
	__u32 id;
	__u32 tries;
};

struct reply_ctx {
	__u64 unused;
	long id;
	long ret;
};

FIBER_CONTEXT(reply, struct reply_ctx);
FIBER_CONTEXT_NAMED(other_reply, struct reply_ctx);
FIBER_EVENTS(4096);

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, struct key);
	__type(value, struct request);
} requests SEC(".maps");

const volatile __u32 max_tries = 3;
static __u64 answered;

static __always_inline int port_of(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;

	if (data + sizeof(__u16) > end)
		return -1;
	return *(__u16 *)data;
}

/* An awaitable of the user's own, on several paths. */
AWAITABLE long packet_for(struct xdp_md *ctx, int port, __u64 ns)
{
	for (;;) {
		long woken = co_await next_packet_or_timeout(XDP_PASS, ns);

		if (woken != FIBER_PACKET)
			return woken;
		if (port_of(ctx) == port)
			return 0;
	}
}

/* One that arms something itself. */
AWAITABLE long backoff(__u32 tries)
{
	long err = bpf_timer_start(__fiber_timer(), second(1) << (tries & 7), 0);

	if (err)
		return err;
	return __fiber_suspend("timer", FIBER_CONSUME, 0);
}

/* One of those, and forwarding. */
AWAITABLE long retry(struct xdp_md *ctx, int port)
{
	for (__u32 tries = 0; tries < max_tries; tries++) {
		if (!co_await packet_for(ctx, port, second(tries + 1)))
			return 0;
		co_try(co_await backoff(tries));
	}
	return sleep_ns(second(1));
}

static __always_inline struct key key_of_fiber(void)
{
	return *(const struct key *)fiber_self();
}

FIBER_MAP(sessions, session, BPF_MAP_TYPE_LRU_HASH, struct key, 1024,
	  __uint(map_flags, 0););

FIBER int session(struct xdp_md *ctx, __u32 secret, _Bool strict)
{
	struct request request = { .id = secret, .tries = 0 };
	static const int ports[] = { 7000, 8000, 9000 };
	struct key key = key_of_fiber();
	__u8 seen[ARRAY_SIZE(ports)] = {};
	long ret = XDP_DROP;

	for (__u32 i = 0; i < ARRAY_SIZE(ports); i++) {
		while (port_of(ctx) != ports[i]) {
			if (strict && port_of(ctx) > 0)
				co_return XDP_DROP;
			switch (next(XDP_DROP)) {
			case FIBER_TIMEOUT:
				goto out;
			case FIBER_PACKET:
				if (seen[i]++ > max_tries)
					break;
				continue;
			default:
				co_return XDP_ABORTED;
			}
		}
		TRY(co_await retry(ctx, ports[i]));
	}
	WAIT_FOR(READ_ONCE(answered) > secret);
	do {
		struct reply_ctx *reply = co_await next_event(reply, XDP_PASS);
		long id = reply->id;

		if (id == (long)secret || co_await defer() != FIBER_WORK)
			break;
		request.tries += co_await yield_to_user(XDP_TX) == id;
		ret = max(co_await next_packet(XDP_PASS), 2L) + request.tries;
	} while (likely(co_await sleep_ns(second(1)) == FIBER_TIMEOUT) && request.tries < 3);
	if ((co_await next_event(other_reply, 0))->ret)
		AWAIT sleep_ns(1);
	bpf_map_update_elem(&requests, &key, &request, 0);
	answered++;
out:
	co_return ret;
}

static __always_inline int run(struct xdp_md *ctx, struct key *key)
{
	long verdict = fiber_resume(&sessions, session, key, ctx, -1);

	if (verdict >= 0)
		return verdict;
	return fiber_spawn(&sessions, session, key, ctx, FIBER_REPLACE, XDP_PASS, 42, 1);
}

SEC("xdp") int firewall(struct xdp_md *ctx)
{
	struct key key = { .address = ctx->ingress_ifindex };

	if (port_of(ctx) < 0)
		fiber_destroy(&sessions, session, &key);
	return run(ctx, &key);
}

SEC("tracepoint/syscalls/sys_exit_read") int replies(struct reply_ctx *ctx)
{
	struct key key = { .port = ctx->id };

	return fiber_resume(&sessions, session, &key, ctx, 0);
}

SEC("syscall") int answer(void *ctx)
{
	struct key key = {};

	return fiber_reply(&sessions, session, &key, ctx, -1, 1, 2);
}
