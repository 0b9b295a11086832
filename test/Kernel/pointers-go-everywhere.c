// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Pointers to one local or another, and pointers to such pointers, are handed to
// helpers that await, to awaited fibers and to kernel helpers. A frame in which
// one is no address of any of them, or behind the end, aborts.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(hands);
FIBER_MAP(fills_frames, fills, BPF_MAP_TYPE_HASH, __u32, 4);

struct counter {
	int n, calls;
};

static __always_inline int add_later(struct xdp_md *ctx, struct counter *counter)
{
	co_await next_packet(counter->n);
	counter->n += number(ctx);
	return ++counter->calls;
}

/* Moves *at on for each packet that it has added to what it was at. */
FIBER int add_many(struct xdp_md *ctx, struct counter **at, struct counter *end)
{
	int calls = 0;

	while (*at < end) {
		calls += co_await add_later(ctx, *at);
		if (number(ctx) == 9)
			break;
		++*at;
	}
	co_return calls;
}

// DO: run deliver port=1 == 0
// DO: run deliver port=1 == 0
// DO: run deliver port=2 == 0
// DO: run deliver port=9 == 9
// DO: run deliver port=5 == 14
// DO: run deliver port=7 == 50203
// DO: check #frames == 0
// DO: run deliver port=2 == 100
// DO: run deliver port=1 == 200
// DO: run deliver port=9 == 209
// DO: run deliver port=5 == 214
// DO: run deliver port=7 == 40203
FIBER int hands(struct xdp_md *ctx)
{
	struct counter ones[3] = {}, hundreds[2] = {}, *from, *to, *at;
	int calls;

	hundreds[0].n = 100;
	hundreds[1].n = 200;
	if (number(ctx) == 1) {
		from = ones;
		to = ones + 3;
	} else {
		from = hundreds;
		to = &hundreds[2];
	}
	at = from;
	calls = co_await add_many(ctx, &at, to);
	calls += co_await add_later(ctx, at);
	if (at + 1 < to)
		at++;
	co_await next_packet(at->n);
	co_return calls * 10000 + (at - from) * 100 + from->n + at->calls;
}

// DO: run fill port=8 == 0
// DO: run fill port=5 == 1
// DO: check fills_frames[0].at == 4100
// DO: put fills_frames[0] = 1,4104,5,6,7,8
// DO: run fill port=9 == 3
// DO: check fills_frames[0].ring[2] == 9
// DO: run fill port=4 == 0
// DO: run fill port=3 == 1
// DO: run fill port=0 == 3694
// DO: run fill port=8 == 0
// DO: put fills_frames[0] = 1,4112,5,6,7,8
// DO: run fill port=9 == 999
// DO: check #fills_frames == 0
// DO: run fill port=8 == 0
// DO: put fills_frames[0] = 1,4095,5,6,7,8
// DO: run fill port=9 == 999
// DO: run fill port=8 == 0
// DO: put fills_frames[0] = 1,0,5,6,7,8
// DO: run fill port=9 == 999
// DO: check fills_counters.aborted == 3
FIBER int fills(struct xdp_md *ctx)
{
	__u32 ring[4] = {}, *at = ring;

	for (;;) {
		co_await next_packet(at - ring);
		if (!number(ctx))
			co_return ring[0] * 1000 + ring[1] * 100 + ring[2] * 10 + ring[3];
		*at++ = number(ctx);
		if (at == ring + 4)
			at = ring;
	}
}

DELIVER_PACKETS(hands)

SEC("xdp") int fill(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&fills_frames, fills, &key, ctx, REFUSED);
}
