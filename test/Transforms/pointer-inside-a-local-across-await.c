// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A pointer that lives across an await inside an array or a struct is an error
// too: it would come out of the frame as a number. Beside it the local may have
// what it likes, and so may one whose pointers are used before the await only.
// It does not matter how the pointer came there: through a pointer to one of two
// locals, by a copy, as a number.
// RUN: %refused %s | FileCheck %s --implicit-check-not=error: --implicit-check-not=warning:
// RUN: %compile -Werror -DRIGHT -c %s -o %t.o
#include "fiber.h"

FRAMES(packets);
FRAMES(elements);
FRAMES(chosen);
FRAMES(copies);
FRAMES(numbers);

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

FIBER int chosen(struct xdp_md *ctx)
{
	__u8 text[8] = { 1, 2, 3 };
	struct cursor one = {}, two = {}, *cursor = &one;

	if (ctx->ingress_ifindex == 7) {
		cursor = &two;
		one.seen[0] = 1;
	}
	cursor->at = text + (ctx->ingress_ifindex & 3);
	cursor->end = text + (ctx->ingress_ifindex & 7);
	while (cursor->at != cursor->end) {
#ifndef RIGHT
		co_await next_packet(XDP_DROP);
#endif
		cursor->seen[0] += *cursor->at++;
	}
	co_await next_packet(XDP_DROP);
	co_return one.seen[0] - two.seen[0];
}

FIBER int copies(struct xdp_md *ctx)
{
	struct cursor all[4], saved[4] = {}, now;
	__u32 i = ctx->ingress_ifindex & 3;
	__u8 a = i, b = i;

	for (int k = 0; k < 4; k++)
		all[k].at = ctx->rx_queue_index + k == 3 ? &a : &b;
	saved[i] = all[ctx->rx_queue_index & 3];
	co_await next_packet(XDP_DROP);
	now = saved[ctx->rx_queue_index & 3];
#ifdef RIGHT
	co_return now.seen[0] + a + b;
#else
	co_return now.at ? *now.at + a + b : XDP_ABORTED;
#endif
}

FIBER int numbers(struct xdp_md *ctx)
{
	__u8 text[8] = { 1, 2, 3 };
	__u64 at[2] = { (__u64)text, (__u64)(text + 1) };
	__u32 i = ctx->ingress_ifindex & 1;

	at[i]++;
#ifndef RIGHT
	co_await next_packet(XDP_DROP);
#endif
	i = *(__u8 *)at[ctx->rx_queue_index & 1];
	co_await next_packet(XDP_DROP);
	co_return at[i & 1] == at[0];
}

DELIVER_PACKETS(packets);
DELIVER_PACKETS(elements);
DELIVER_PACKETS(chosen);
DELIVER_PACKETS(copies);
DELIVER_PACKETS(numbers);

// CHECK: pointer-inside-a-local-across-await.c:42:11: error: 'cursor' lives across this co_await with a packet pointer in it [bpf-fiber-pointer-across-await]
// CHECK: pointer-inside-a-local-across-await.c:39:25: note: it is put there here
// CHECK: pointer-inside-a-local-across-await.c:42:11: note: the packet is another one when the fiber is resumed, {{.*}}: copy what you need into a local before the co_await, or derive the pointer from ctx->data again behind it
// CHECK: pointer-inside-a-local-across-await.c:59:11: error: 'both' lives across this co_await with a map value pointer in it [bpf-fiber-pointer-across-await]
// CHECK: pointer-inside-a-local-across-await.c:54:10: note: it is put there here
// CHECK: pointer-inside-a-local-across-await.c:59:11: note: the element may be gone when the fiber is resumed, {{.*}}: look it up again behind the co_await
// CHECK: pointer-inside-a-local-across-await.c:83:12: error: 'one' lives across this co_await with a pointer to a local in it [bpf-fiber-pointer-across-await]
// CHECK: pointer-inside-a-local-across-await.c:79:13: note: it is put there here
// CHECK: pointer-inside-a-local-across-await.c:83:12: error: 'two' lives across this co_await with a pointer to a local in it [bpf-fiber-pointer-across-await]
// CHECK: pointer-inside-a-local-across-await.c:100:11: error: 'saved' lives across this co_await with a pointer to a local in it [bpf-fiber-pointer-across-await]
// CHECK: pointer-inside-a-local-across-await.c:98:13: note: it is put there here
// CHECK: pointer-inside-a-local-across-await.c:117:11: error: 'at' lives across this co_await with a pointer to a local in it [bpf-fiber-pointer-across-await]
// CHECK: pointer-inside-a-local-across-await.c:112:16: note: it is put there here
// CHECK: pointer-inside-a-local-across-await.c:117:11: note: a local that lives across the co_await moves into the frame, which another activation sees at another address: keep the pointer in a variable of its own, not as a number or inside another local, or keep an index
// CHECK: 6 errors generated.
