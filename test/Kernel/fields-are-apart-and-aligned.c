// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Fields of a frame that live together do not overlap, whatever their sizes and
// alignments are; a frame is as large as its alignment demands.
// RUN: %everywhere %s %t
// RUN: %bpftool btf dump file %t-v3-O2.o | FileCheck %s
#include "kernel-test.h"

FIBER_MAP(pair_frames, pairs, BPF_MAP_TYPE_HASH, __u32, 4);
FIBER_MAP(text_frames, texts, BPF_MAP_TYPE_HASH, __u32, 4);
FIBER_MAP(tail_frames, tails, BPF_MAP_TYPE_HASH, __u32, 4);

// The array fits between the header and the number, but for its second half.
// DO: run deliver_pair port=1 == 1
// DO: check pair_frames[0].n == 0x1234567890123456
// DO: check pair_frames.value_size == 24
// DO: run deliver_pair port=0 == 11
// DO: run deliver_pair port=1 == 1
// DO: run deliver_pair port=1 == 22
FIBER int pairs(struct xdp_md *ctx)
{
	__u32 first = number(ctx), pair[2] = { first + 10, first + 21 };
	__u64 n = 0x1234567890123456;
	int i;

	asm volatile("" : "+r"(n));
	co_await next_packet(1);
	i = number(ctx) & 1;
	if (n != 0x1234567890123456)
		co_return 3;
	co_return pair[i];
}

// The text ends where the number would not be aligned.
// CHECK: STRUCT 'texts_frame' size=24
// CHECK: 'n' {{.*}} bits_offset=128
// DO: run deliver_text port=1 == 1
// DO: check text_frames[0].n == 0x1234567890123456
// DO: check text_frames.value_size == 24
// DO: run deliver_text port=10 == 11
FIBER int texts(struct xdp_md *ctx)
{
	__u8 first = number(ctx), text[11] = { first, 2, 3, 4, first + 4, 6, 7, 8, 9, 10, first + 10 };
	__u64 n = 0x1234567890123456;
	__u32 i;

	asm volatile("" : "+r"(n));
	co_await next_packet(1);
	i = number(ctx);
	if (n != 0x1234567890123456 || i >= sizeof(text))
		co_return 3;
	co_return text[i];
}

// The number is aligned, and so is the frame, though a text comes last.
// DO: run deliver_tail port=1 == 1
// DO: check tail_frames.value_size == 24
// DO: run deliver_tail port=4 == 5
FIBER int tails(struct xdp_md *ctx)
{
	__u8 first = number(ctx), tail[5] = { first, 2, 3, first + 3, first + 4 };
	__u64 n = 0x1234567890123456;
	__u32 i;

	asm volatile("" : "+r"(n));
	co_await next_packet(1);
	i = number(ctx);
	if (n != 0x1234567890123456 || i >= sizeof(tail))
		co_return 3;
	co_return tail[i];
}

#define DELIVER(what, fiber)							\
SEC("xdp") int deliver_##what(struct xdp_md *ctx)				\
{										\
	__u32 key = 0;								\
										\
	return fiber_deliver(&what##_frames, fiber, &key, ctx, REFUSED);	\
}										\
struct xdp_md

DELIVER(pair, pairs);
DELIVER(text, texts);
DELIVER(tail, tails);
