// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A pointer that lives across an await inside an array or a struct is an error
// too: it would come out of the frame as a number. Beside it the local may have
// what it likes, and so may one whose pointers are used before the await only.
// RUN: %refused %s | FileCheck %s --implicit-check-not=error: --implicit-check-not=warning:
// RUN: %compile -Werror -DRIGHT -c %s -o %t.o
#include "fiber.h"

FRAMES(packets);
FRAMES(elements);

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u64);
} totals SEC(".maps");

struct cursor {
	__u8 *at, *end;
	__u32 seen[2];
};

static __attribute__((noinline)) int advance(struct cursor *cursor)
{
	if (!cursor || cursor->at + 1 > cursor->end)
		return 0;
	cursor->seen[0] = *cursor->at;
	return 1;
}

FIBER int packets(struct xdp_md *ctx)
{
	struct cursor cursor = { data_of(ctx), end_of(ctx), { 0, 0 } };
	int n = advance(&cursor);

	co_await next_packet(XDP_DROP);
#ifndef RIGHT
	n += advance(&cursor);
#endif
	co_return n + cursor.seen[ctx->ingress_ifindex & 1];
}

FIBER int elements(struct xdp_md *ctx)
{
	__u32 keys[2] = { 0, 1 }, i = ctx->ingress_ifindex & 1;
	__u64 *both[2];

	both[0] = bpf_map_lookup_elem(&totals, &keys[0]);
	both[1] = bpf_map_lookup_elem(&totals, &keys[1]);
	if (!both[0] || !both[1])
		co_return XDP_ABORTED;
	++*both[i];
	co_await next_packet(XDP_DROP);
#ifdef RIGHT
	both[0] = bpf_map_lookup_elem(&totals, &keys[i]);
	if (both[0])
		++*both[0];
#else
	++*both[i];
#endif
	co_return XDP_DROP;
}

DELIVER_PACKETS(packets);
DELIVER_PACKETS(elements);

// CHECK: pointer-inside-a-local-across-await.c:37:11: error: 'cursor' lives across this co_await with a packet pointer in it [bpf-fiber-pointer-across-await]
// CHECK: pointer-inside-a-local-across-await.c:34:25: note: it is put there here
// CHECK: pointer-inside-a-local-across-await.c:37:11: note: the packet is gone when the fiber is resumed: copy what you need into a local before the co_await, or derive the pointer from ctx->data again behind it
// CHECK: pointer-inside-a-local-across-await.c:54:11: error: 'both' lives across this co_await with a map value pointer in it [bpf-fiber-pointer-across-await]
// CHECK: pointer-inside-a-local-across-await.c:49:10: note: it is put there here
// CHECK: pointer-inside-a-local-across-await.c:54:11: note: the element may be gone when the fiber is resumed: look it up again behind the co_await
// CHECK: 2 errors generated.
