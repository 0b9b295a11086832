// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* One of two sources that are linked: a fiber of its own, shared events. */
/* Bitcode of both has two, and so must they be called differently. */
#define LICENSE license_of_second
#include "kernel-test.h"

FIBER_MAP(second_frames, second, BPF_MAP_TYPE_HASH, __u32, 64);
FIBER_EVENTS(4096);

struct answer {
	__u32 token;
	__s64 value;
};

extern long add(__u64 n);
extern int deliver_first(struct xdp_md *ctx);

/* A verb of the other source. */
SEC("xdp") int forward(struct xdp_md *ctx)
{
	return deliver_first(ctx);
}

FIBER int second(struct xdp_md *ctx)
{
	__u32 interface = ctx->ingress_ifindex;
	long n = co_await yield_to_user(XDP_DROP);

	co_await sleep_ns(1000);
	if (interface)
		add(n);
	co_return XDP_PASS;
}

SEC("xdp") int run_second(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&second_frames, second, &key, ctx, REFUSED);
}

SEC("syscall") int answer_second(struct answer *ctx)
{
	__u32 key = 0;

	return fiber_reply(&second_frames, second, &key, ctx, REFUSED, ctx->token, ctx->value);
}
