// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A pointer to one of several locals, or to none, is the same pointer behind
// awaits: it is written through, compared, tested for NULL, and moved on.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(chooses);
FIBER_MAP(searches_frames, searches, BPF_MAP_TYPE_HASH, __u32, 4);
FIBER_MAP(swaps_frames, swaps, BPF_MAP_TYPE_HASH, __u32, 4);

struct item {
	__u32 id, uses;
	__u64 sum;
};

static __attribute__((noinline)) int touch(int *n)
{
	if (!n)
		return -1;
	return *n += 100;
}

// DO: run deliver port=1 == 0
// DO: check frames[0].a == 10
// DO: run deliver port=5 == 15
// DO: check frames[0].a == 15
// DO: check frames[0].b == 20
// DO: run deliver port=6 == 1121
// DO: run deliver port=7 == 1121121
// DO: check #frames == 0
// DO: run deliver port=2 == 0
// DO: run deliver port=5 == 25
// DO: run deliver port=6 == 131
// DO: run deliver port=7 == 2010131
FIBER int chooses(struct xdp_md *ctx)
{
	int a = 10, b = 20, *p, *q = &a;

	touch(&a);
	a -= 100;
	touch(&b);
	b -= 100;
	if (number(ctx) == 1)
		p = &a;
	else
		p = &b;
	co_await next_packet(0);
	*p += number(ctx);
	co_await next_packet(*p);
	*p += number(ctx);
	a += 1000 * (p == q);
	co_await next_packet(touch(p));
	if (p == &a)
		co_return 1000000 + (a - 1000) * 1000 + (*p - 1000);
	co_return 2000000 + a * 1000 + b;
}

// DO: run search port=7 == 0
// DO: run search port=3 == 7
// DO: check searches_frames[0].items[1].sum == 3
// DO: check searches_frames[0].items[1].uses == 1
// DO: run search port=4 == 100
// DO: check searches_frames[0].found == 0
// DO: run search port=9 == 200
// DO: run search port=11 == 0
// DO: run search port=1 == 3
// DO: run search port=7 == 1
// DO: run search port=2 == 7
// DO: run search port=0 == 3005
FIBER int searches(struct xdp_md *ctx)
{
	struct item items[4] = {{ 5 }, { 7 }, { 9 }, { 11 }}, *found;

	for (;;) {
		__u32 id = number(ctx);

		if (!id)
			break;
		found = NULL;
		for (int i = 0; i < 4; i++)
			if (items[i].id == id)
				found = &items[i];
		co_await next_packet(found ? found->uses : 100);
		if (found) {
			found->uses++;
			found->sum += number(ctx);
		}
		co_await next_packet(found == &items[1] ? 7 : found ? found - items : 200);
	}
	co_return (items[0].uses + items[1].uses + items[2].uses + items[3].uses) * 1000 +
		  items[1].sum;
}

// DO: run swap port=1 == 0
// DO: run swap port=2 == 0
// DO: run swap port=3 == 0
// DO: run swap port=4 == 0
// DO: run swap port=5 == 0
// DO: run swap port=6 == 1135246
FIBER int swaps(struct xdp_md *ctx)
{
	int odd = 0, even = 0, *now = &odd, *next = &even;

	for (int i = 0; i < 6; i++) {
		int *then = now;

		*now = *now * 10 + number(ctx);
		now = next;
		next = then;
		if (i < 5)
			co_await next_packet(0);
	}
	co_return (now == &odd) * 1000000 + odd * 1000 + even;
}

DELIVER_PACKETS(chooses)

SEC("xdp") int search(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&searches_frames, searches, &key, ctx, REFUSED);
}

SEC("xdp") int swap(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&swaps_frames, swaps, &key, ctx, REFUSED);
}
