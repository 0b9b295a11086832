// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A map element may be gone when the fiber is resumed. It can be looked up again
// if it is known where, and the test against NULL says what to do without it.
// Looking it up again behind the await is right in any case.
// RUN: %refused %s | FileCheck %s --implicit-check-not=error: --implicit-check-not=warning:
// RUN: %compile -Werror -DRIGHT -c %s -o %t.o
#include "fiber.h"

FRAMES(counts);
FRAMES(chooses);
FRAMES(nests);

struct totals {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, __u32);
	__type(value, __u64);
} totals SEC(".maps"), others SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 16);
	__type(key, __u32);
	__array(values, struct totals);
} maps SEC(".maps");

/* The test says nothing of what is done then. */
FIBER int counts(struct xdp_md *ctx)
{
	__u32 key = ctx->ingress_ifindex;
	__u64 *total = bpf_map_lookup_elem(&totals, &key);

	if (total)
		++*total;
	co_await next_packet(XDP_DROP);
#ifdef RIGHT
	total = bpf_map_lookup_elem(&totals, &key);
#endif
	if (total)
		++*total;
	co_await next_packet(XDP_DROP);
#ifdef RIGHT
	total = bpf_map_lookup_elem(&totals, &key);
	if (!total)
		co_return XDP_ABORTED;
#endif
	++*total;
	co_return XDP_DROP;
}

DELIVER_PACKETS(counts);

// CHECK: map-value-pointer-across-await.c:35:11: error: map value pointer 'total' does not survive this co_await [bpf-fiber-pointer-across-await]
// CHECK: map-value-pointer-across-await.c:31:17: note: it comes from here
// CHECK: map-value-pointer-across-await.c:47:2: note: it is used here, in another activation
// CHECK: map-value-pointer-across-await.c:35:11: note: the element may be gone when the fiber is resumed, and it can be looked up again only if it is known in which map, and a test in front of the co_await says where to go without it: look it up again behind the co_await

/* Either is tested for itself: where to go without one of two nobody says. */
FIBER int chooses(struct xdp_md *ctx)
{
	__u32 key = ctx->ingress_ifindex;
	__u64 *total;

	if (ctx->rx_queue_index) {
		total = bpf_map_lookup_elem(&totals, &key);
		if (!total)
			co_return XDP_ABORTED;
	} else {
		total = bpf_map_lookup_elem(&others, &key);
		if (!total)
			co_return XDP_PASS;
	}
	co_await next_packet(XDP_DROP);
	// CHECK: [[#@LINE-1]]:11: error: map value pointer 'total' does not survive this co_await
#ifdef RIGHT
	if (!total)
		co_return XDP_DROP;
#endif
	co_return *total;
}

DELIVER_PACKETS(chooses);

/* Which map it was nobody knows, as that is not used itself. */
FIBER int nests(struct xdp_md *ctx)
{
	__u32 key = 0, other = 1;
	void *map = ctx->rx_queue_index ? bpf_map_lookup_elem(&maps, &key) :
					  bpf_map_lookup_elem(&maps, &other);
	__u64 *total;

	if (!map)
		co_return XDP_ABORTED;
	total = bpf_map_lookup_elem(map, &key);
	if (!total)
		co_return XDP_ABORTED;
	co_await next_packet(XDP_DROP);
	// CHECK: [[#@LINE-1]]:11: error: map value pointer 'total' does not survive this co_await
#ifdef RIGHT
	map = bpf_map_lookup_elem(&maps, &key);
	if (!map)
		co_return XDP_ABORTED;
	total = bpf_map_lookup_elem(map, &key);
	if (!total)
		co_return XDP_ABORTED;
#endif
	co_return *total;
}

DELIVER_PACKETS(nests);

// CHECK: 3 errors generated.
