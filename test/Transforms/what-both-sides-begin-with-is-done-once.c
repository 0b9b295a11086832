// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What both sides of a branch begin with, the same read of a packet through a
// CO-RE address, is there once, in front of the branch, whether or not htons()
// is still to be folded. At -O1 LLVM would not.
//
// RUN: %compile -O1 -S -emit-llvm %s -o - | FileCheck %s
//
// CHECK-LABEL: define {{.*}}@deliver(
// CHECK: call i16 @llvm.bswap.i16(
// CHECK-NOT: @llvm.bswap.i16(
// CHECK: {{^}}}

#include "fiber.h"

#define htons(x) (__builtin_constant_p(x) ? ((x) << 8 | (x) >> 8 & 255) : __builtin_bswap16(x))

struct header {
	__u16 kind;
	__u16 length;
} __attribute__((preserve_access_index));

FRAMES(short_ones);

__u64 lengths, requests;

static __always_inline __u16 length_of(struct header *header)
{
	return htons(header->length);
}

FIBER int short_ones(struct xdp_md *ctx)
{
	struct header *header = (void *)(long)ctx->data;

	if ((void *)(header + 1) > (void *)(long)ctx->data_end)
		co_return XDP_PASS;
	if (header->kind != 7) {
		__sync_fetch_and_add(&lengths, length_of(header));
		co_return XDP_DROP;
	}
	__sync_fetch_and_add(&lengths, length_of(header));
	requests++;
	co_await next_packet(XDP_DROP);
	co_return XDP_PASS;
}

SEC("xdp") int deliver(struct xdp_md *ctx)
{
	__u32 key = ctx->ingress_ifindex;

	return fiber_deliver(&short_ones_frames, short_ones, &key, ctx, XDP_DROP);
}
