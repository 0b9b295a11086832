// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A pointer that walks over an array goes on behind each await where it was:
// forwards and backwards, to an end that is computed, over structs, over bytes
// by steps of any length, two at once.
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

RUN(forward, forwards);
RUN(backward, backwards);
RUN(struct_, structs);
RUN(byte, bytes);
RUN(two, twos);

// DO: run forward port=3 == 0
// DO: run forward port=5 == 0
// DO: check forwards_frames[0].n == 3
// DO: run forward port=6 == 0
// DO: run forward port=7 == 10
// DO: run forward port=0 == 11
// DO: run forward port=0 == 12
// DO: run forward port=0 == 312
// DO: check #forwards_frames == 0
FIBER int forwards(struct xdp_md *ctx)
{
	int seen[16] = {}, *p, sum = 0;
	__u32 n = number(ctx);

	if (n > 16)
		co_return -1;
	for (p = seen; p < seen + n; p++) {
		co_await next_packet(0);
		*p = number(ctx);
	}
	for (p = seen; p != &seen[n]; ++p) {
		co_await next_packet(10 + (p - seen));
		sum += *p * (p - seen + 1);
	}
	/* 5 + 12 + 21 */
	co_return sum + n * 100 - 26;
}

// DO: run backward port=1 == 3
// DO: run backward port=2 == 2
// DO: run backward port=3 == 1
// DO: run backward port=4 == 0
// DO: run backward port=5 == 2345
FIBER int backwards(struct xdp_md *ctx)
{
	__u16 digits[4], *p = digits + 4;

	while (p > digits) {
		co_await next_packet(p - digits - 1);
		*--p = number(ctx);
	}
	co_return digits[3] * 1000 + digits[2] * 100 + digits[1] * 10 + digits[0];
}

struct rule {
	__u32 port;
	__u64 hits;
	__u16 weight;
};

// DO: run struct_ port=1 == 10
// DO: run struct_ port=10 == 20
// DO: run struct_ port=20 == 30
// DO: run struct_ port=30 == 0
// DO: check structs_frames[0].rules[1].hits == 20
// DO: run struct_ port=9 == 10
// DO: run struct_ port=10 == 20
// DO: run struct_ port=9 == 30
// DO: run struct_ port=9 == 0
// DO: run struct_ port=0 == 10
// DO: run struct_ port=0 == 20
// DO: run struct_ port=0 == 30
// DO: run struct_ port=0 == 11070
FIBER int structs(struct xdp_md *ctx)
{
	struct rule rules[] = {{ 10, 0, 1 }, { 20, 0, 2 }, { 30, 0, 3 }};
	int sum = 0;

	for (int round = 0; round < 3; round++) {
		for (struct rule *r = rules; r < rules + 3; r++) {
			co_await next_packet(r->port);
			if (number(ctx) == r->port)
				r->hits += number(ctx) * r->weight >> 1;
		}
		if (round < 2)
			co_await next_packet(0);
	}
	for (int i = 0; i < 3; i++)
		sum += rules[i].hits * (i ? i * 100 : 1) + rules[i].port;
	co_return sum;
}

/* A list of records: length, then as many bytes. */
// DO: run byte port=2 == 1
// DO: run byte port=7 == 2
// DO: run byte port=8 == 3
// DO: run byte port=1 == 4
// DO: run byte port=9 == 5
// DO: run byte port=0 == 2
// DO: run byte port=0 == 1
// DO: run byte port=0 == 924
FIBER int bytes(struct xdp_md *ctx)
{
	__u8 text[32] = {}, *at = text, *end;
	int sum = 0, records = 0;

	while (at < text + sizeof(text)) {
		__u32 byte = number(ctx);

		*at++ = byte;
		if (!byte)
			break;
		co_await next_packet(at - text);
	}
	end = at;
	for (at = text; at < end && *at; at += *at + 1) {
		co_await next_packet(*at);
		for (int i = 1; i <= 3; i++)
			if (i <= *at && at + i < end)
				sum += at[i];
		records++;
	}
	co_return sum + records * 100 + (end - text) * 100 + 100;
}

// DO: run two port=0 == 16
// DO: run two port=0 == 24
// DO: run two port=0 == 54321
FIBER int twos(struct xdp_md *ctx)
{
	int row[5] = { 1, 2, 3, 4, 5 }, result = 0;

	for (int *left = row, *right = row + 4; left < right; left++, right--) {
		int swap = *left;

		co_await next_packet((right - left) * 4 + (left == row ? 0 : 16));
		*left = *right;
		*right = swap;
	}
	for (int i = 0; i < 5; i++)
		result = result * 10 + row[i];
	co_return result;
}
