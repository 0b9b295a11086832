// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Pointers in a struct that inline helpers are given the address of live across
// awaits as variables do: to locals, and into packets.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FIBER_MAP(listing, lists, BPF_MAP_TYPE_HASH, __u32, 4);
FIBER_MAP(reading, reads, BPF_MAP_TYPE_HASH, __u32, 4);

struct item {
	__u32 n, uses;
};

struct list {
	struct item *first, *last;
	__u32 n;
};

static __always_inline void add(struct list *list, struct item *item)
{
	if (!list->first)
		list->first = item;
	list->last = item;
	list->n++;
}

// DO: run first port=1 == 1
// DO: run first port=3 == 2302
// DO: run first port=2 == 1
// DO: run first port=3 == 2031
FIBER int lists(struct xdp_md *ctx)
{
	struct item a = { 1 }, b = { 2 };
	struct list list = {};

	if (number(ctx) == 1)
		add(&list, &a);
	add(&list, &b);
	co_await next_packet(1);
	list.first->uses += number(ctx);
	co_return list.last->n * 1000 + a.uses * 100 + b.uses * 10 + list.n;
}

SEC("xdp") int first(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&listing, lists, &key, ctx, REFUSED);
}

struct cursor {
	__u8 *pos, *end;
};

static __always_inline void start(struct xdp_md *ctx, struct cursor *cursor)
{
	cursor->pos = (void *)(long)ctx->data;
	cursor->end = (void *)(long)ctx->data_end;
}

static __always_inline int get(struct cursor *cursor)
{
	if (cursor->pos + 1 > cursor->end)
		return -1;
	return *cursor->pos++;
}

/* 259 is 1 and 3. */
// DO: run second port=259 == 1
// DO: run second port=260 == 104
// DO: run second port=259 == 1
// DO: run second packet=raw,000000000000000000000000000000000000 == 99
// DO: check #reading == 0
FIBER int reads(struct xdp_md *ctx)
{
	struct cursor cursor;
	int high;

	start(ctx, &cursor);
	cursor.pos += 36;
	high = get(&cursor);
	co_await next_packet(high);
	co_return 100 + get(&cursor);
}

SEC("xdp") int second(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&reading, reads, &key, ctx, REFUSED);
}
