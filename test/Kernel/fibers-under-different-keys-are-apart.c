// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Each key has its own fiber with its own locals, and fiber_self() is the key
// in every activation.
// RUN: %everywhere %s %t
#include "kernel-test.h"

struct pair {
	__u32 a;
	__u64 b;
};

FIBER_MAP(frames, apart, BPF_MAP_TYPE_HASH, struct pair, 16);

// DO: run deliver packet=udp,10.0.0.1:1,10.0.0.2:100 == 101
// DO: run deliver packet=udp,10.0.0.1:2,10.0.0.2:200 == 202
// DO: check #frames == 2
// DO: run deliver packet=udp,10.0.0.1:1,10.0.0.2:5 == 101
// DO: run deliver packet=udp,10.0.0.1:2,10.0.0.2:5 == 202
// DO: check frames[1,1000].sum == 105
// DO: check frames[2,2000].sum == 205
// DO: run deliver packet=udp,10.0.0.1:1,10.0.0.2:6 == 1111
// DO: check #frames == 1
// DO: run deliver packet=udp,10.0.0.1:2,10.0.0.2:6 == 2211
// DO: check #frames == 0
FIBER int apart(struct xdp_md *ctx)
{
	const struct pair *self = fiber_self();
	int sum = number(ctx);

	co_await next_packet(sum + self->a);
	sum += number(ctx);
	self = fiber_self();
	co_await next_packet(sum - 5 + self->a);
	sum += number(ctx);
	self = fiber_self();
	if (self->b != self->a * 1000ULL)
		co_return -1;
	co_return self->a * 1000 + sum;
}

SEC("xdp") int deliver(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct pair key;

	if (data + 42 > end)
		return -1;
	/* the padding is part of the key */
	__builtin_memset(&key, 0, sizeof(key));
	key.a = ((__u8 *)data)[35];
	key.b = key.a * 1000ULL;
	return fiber_deliver(&frames, apart, &key, ctx, REFUSED);
}
