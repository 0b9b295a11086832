// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// fiber_deliver_with() and fiber_resume_with() give an activation a value, the
// first one too: a number, or a pointer to what is on the stack of who resumes.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(receiving);

struct headers {
	__u32 length;
	__u32 number;
};

AWAITABLE struct headers *next_headers(long verdict)
{
	__fiber_suspend("home", verdict, 0);
	return (struct headers *)fiber_value();
}

// DO: run deliver_number port=5 == 5
// DO: run deliver_number port=6 == 11
// DO: run resume_number port=7 == 18
// DO: check #frames == 0
FIBER int receiving(struct xdp_md *ctx)
{
	__u64 sum = fiber_value();

	co_await next_packet(sum);
	sum += fiber_value();
	co_await next_packet(sum);
	co_return sum + fiber_value();
}

SEC("xdp") int deliver_number(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_deliver_with(&frames, receiving, &key, ctx, REFUSED, number(ctx));
}

SEC("xdp") int resume_number(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_resume_with(&frames, receiving, &key, ctx, REFUSED, number(ctx));
}

// DO: run resume_headers == 999
// DO: run start == 1
// DO: run resume_headers packet=udp,10.0.0.1:1,10.0.0.2:8,58 == 108
// DO: run resume_headers packet=udp,10.0.0.1:1,10.0.0.2:9,58 == 217
// DO: check #parsed_frames == 0
FIBER_MAP(parsed_frames, parsed, BPF_MAP_TYPE_HASH, __u32, 4);

FIBER int parsed(struct xdp_md *ctx)
{
	struct headers *headers = co_await next_headers(1);
	int sum = headers->length + headers->number;

	headers = co_await next_headers(sum);
	co_return sum + headers->length + headers->number;
}

SEC("xdp") int start(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_spawn(&parsed_frames, parsed, &key, ctx, FIBER_REFUSE, REFUSED);
}

SEC("xdp") int resume_headers(struct xdp_md *ctx)
{
	struct headers headers = { ctx->data_end - ctx->data, number(ctx) };
	__u32 key = 0;

	return fiber_resume_with(&parsed_frames, parsed, &key, ctx, REFUSED, &headers);
}
