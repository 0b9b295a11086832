// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A pointer to one of several globals, constant or not, to an element of one, to
// a string, to a global or a local, to a map, stays behind awaits what it was.
// RUN: %everywhere %s %t
#include "kernel-test.h"

#define RUN(program, fiber)						\
	FIBER_MAP(fiber##_frames, fiber, BPF_MAP_TYPE_HASH, __u32, 4);	\
	FIBER int fiber(struct xdp_md *ctx);				\
	SEC("xdp") int program(struct xdp_md *ctx)			\
	{								\
		__u32 key = 0;						\
									\
		return fiber_deliver(&fiber##_frames, fiber, &key, ctx, REFUSED); \
	}

RUN(match, matches);
RUN(count, counts);
RUN(spell, spells);
RUN(mix, mixes);
RUN(map, maps);

struct rule {
	__u16 port;
	__u16 next;
	__u32 verdict;
};

const volatile __u32 default_verdict = 77;

static const struct rule rules[] = {
	{ 10, 0, 100 }, { 20, 3, 200 }, { 30, 0, 300 }, { 21, 1, 400 },
};

struct rule learned[8];

// DO: run match port=5 == 77
// DO: run match port=30 == 300
// DO: run match port=9 == 309
// DO: run match port=20 == 200
// DO: run match port=21 == 221
// DO: run match port=2 == 400
// DO: run match port=0 == 400
// DO: check learned[2].verdict == 9
FIBER int matches(struct xdp_md *ctx)
{
	for (;;) {
		const struct rule *r = NULL;

		for (__u32 i = 0; i < 4; i++)
			if (rules[i].port == number(ctx))
				r = &rules[i];
		if (!r && !number(ctx))
			co_return -1;
		co_await next_packet(r ? r->verdict : default_verdict);
		if (!r)
			continue;
		if (r->next) {
			co_await next_packet(r->verdict + number(ctx));
			r = &rules[r->next & 3];
			co_await next_packet(r->verdict);
			if (number(ctx))
				continue;
			co_return r->verdict;
		}
		learned[(r - rules) & 7].verdict += number(ctx);
		co_await next_packet(r->verdict + learned[r - rules & 7].verdict);
	}
}

__u64 evens, odds, *last;

// DO: run count port=3 == 0
// DO: run count port=4 == 0
// DO: check odds == 4
// DO: run count port=5 == 0
// DO: check evens == 5
// DO: run count port=0 == 2
FIBER int counts(struct xdp_md *ctx)
{
	__u64 *which;
	int n = 0;

	while (number(ctx)) {
		which = &evens;
		if (number(ctx) & 1) {
			which = &odds;
			n++;
		}
		co_await next_packet(0);
		*which += number(ctx);
	}
	co_return n;
}

// DO: run spell port=1 == 111
// DO: run spell port=0 == 110
// DO: run spell port=0 == 101
// DO: run spell port=0 == 3
// DO: run spell port=2 == 101
// DO: run spell port=0 == 118
// DO: run spell port=0 == 101
// DO: run spell port=0 == 110
// DO: run spell port=0 == 4
FIBER int spells(struct xdp_md *ctx)
{
	const char *word = number(ctx) == 1 ? "one" : "even", *at;

	for (at = word; *at; at++)
		co_await next_packet(*at);
	co_return at - word;
}

__u32 shared[4];

/* A stranger's or a guest's, or nobody's */
// DO: run mix port=1 == 0
// DO: run mix port=10 == 0
// DO: check shared[1] == 10
// DO: run mix port=2 == 0
// DO: run mix port=20 == 0
// DO: check shared[2] == 0
// DO: run mix port=3 == -1
// DO: run mix port=30 == 0
// DO: run mix port=0 == 20
FIBER int mixes(struct xdp_md *ctx)
{
	__u32 mine[2] = {}, *p;

	for (;;) {
		switch (number(ctx)) {
		case 0:
			co_return mine[0] + mine[1];
		case 1:
			p = &shared[1];
			break;
		case 2:
			p = &mine[1];
			break;
		default:
			p = NULL;
		}
		co_await next_packet(p ? 0 : -1);
		if (p)
			__sync_fetch_and_add(p, number(ctx));
		co_await next_packet(0);
	}
}

#define NUMBERS(name)					\
	struct {					\
		__uint(type, BPF_MAP_TYPE_ARRAY);	\
		__uint(max_entries, 4);			\
		__type(key, __u32);			\
		__type(value, __u64);			\
	} name SEC(".maps")

NUMBERS(left);
NUMBERS(right);

// DO: put left[2] = 22
// DO: put right[2] = 33
// DO: run map port=1 == 0
// DO: run map port=2 == 22
// DO: run map port=3 == 0
// DO: run map port=2 == 33
FIBER int maps(struct xdp_md *ctx)
{
	void *map = number(ctx) == 1 ? (void *)&left : (void *)&right;
	__u32 key;
	__u64 *value;

	if (number(ctx) == 7)
		map = &left;
	co_await next_packet(0);
	key = number(ctx);
	value = bpf_map_lookup_elem(map, &key);
	co_return value ? *value : 0;
}
