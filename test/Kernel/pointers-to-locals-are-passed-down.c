// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// An awaited fiber gets pointers to locals of those above it, of a number, a
// member of a struct and an element of an array, and writes through them across
// its awaits; a pointer of its own goes on to the fiber that it awaits.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(reader);

#define LINES	3

struct line {
	__u32 length;
	__u16 text[4];
	_Bool is_long;
};

/* To the packet 0, or as many as there is room for. */
FIBER void read_words(struct xdp_md *ctx, __u16 *words, __u32 max, __u32 *length)
{
	for (*length = 0; *length < max; (*length)++) {
		co_await next_packet(*length);
		if (!number(ctx))
			co_return;
		words[*length & 3] = number(ctx);
	}
}

FIBER _Bool read_line(struct xdp_md *ctx, struct line *line, __u32 *words)
{
	__u32 got = 0;

	co_await read_words(ctx, line->text, 4, &got);
	line->length = got;
	line->is_long = got == 4;
	co_await sleep_ns(NS_PER_MS);
	*words += got;
	co_return line->is_long;
}

// DO: run deliver port=1 == 0
// DO: run deliver port=10 == 1
// DO: check frames[0].words == 0
// DO: check frames[0].lines[0].text[0] == 10
// DO: run deliver port=11 == 2
// DO: run deliver port=0 == XDP_DROP
// DO: wait frames[0].state == L*_read_line__L*_read_words__L*_next_packet
// DO: check frames[0].words == 2
// DO: check frames[0].lines[0].length == 2
// DO: run deliver port=20 == 1
// DO: run deliver port=21 == 2
// DO: run deliver port=22 == 3
// DO: check frames[0].lines[1].text[2] == 22
// DO: run deliver port=23 == XDP_DROP
// DO: wait frames[0].state == L*_read_line__L*_read_words__L*_next_packet
// DO: check frames[0].lines[1].is_long == 1
// DO: run deliver port=0 == XDP_DROP
// DO: wait frames[0].state == L68_next_packet
// DO: run deliver port=5 == 1634
// DO: check #frames == 0
FIBER int reader(struct xdp_md *ctx)
{
	struct line lines[LINES] = {};
	__u32 words = 0, sum = 0, longs = 0;

	for (int i = 0; i < LINES; i++)
		longs += co_await read_line(ctx, &lines[i], &words);
	co_await next_packet(0);
	for (int i = 0; i < LINES; i++)
		for (int k = 0; k < 4; k++)
			sum += lines[i].text[k];
	/* 107 + 6 words, one of them of a long line */
	co_return longs * 1000 + words * 100 + lines[1].length * 5 + sum - 93;
}

DELIVER_PACKETS(reader)
