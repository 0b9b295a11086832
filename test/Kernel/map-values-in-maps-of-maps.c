// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A pointer to a value of a map in a map of maps is made again by both lookups,
// a pointer to such a map by one. If either finds nothing, the fiber goes where
// the test of the pointer that is used leads.
// RUN: %everywhere %s %t
#include "kernel-test.h"

struct inner {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u64);
} red SEC(".maps"), blue SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, 4);
	__type(key, __u32);
	__array(values, struct inner);
} colours SEC(".maps") = {
	.values = { [1] = &red, [2] = &blue },
};

FIBER_MAP(counting, counts, BPF_MAP_TYPE_HASH, __u32, 4);
FIBER_MAP(walking, walks, BPF_MAP_TYPE_HASH, __u32, 4);

// DO: put red[3] = 30
// DO: put blue[3] = 300
// DO: run first port=5 == 401
// DO: run first port=1 == 30
// DO: run first port=0 == 31
// DO: check red[3] == 32
// DO: check #counting == 0
// DO: run first port=2 == 300
// DO: check counting[0].map_key == 2
// DO: run first port=0 == 301
// DO: check blue[3] == 302
//
// DO: run first port=1 == 32
// DO: delete colours[1]
// DO: run first port=0 == 403
// DO: check #counting == 0
// DO: check counts_counters.aborted == 0
FIBER int counts(struct xdp_md *ctx)
{
	__u32 colour = number(ctx), slot = 3, place = 1;
	void *map = bpf_map_lookup_elem(&colours, &colour);
	__u64 *total;

	if (!map)
		co_return 400 + place;
	place++;
	total = bpf_map_lookup_elem(map, &slot);
	if (!total)
		co_return 400 + place;
	place++;
	co_await next_packet((*total)++);
	co_return (*total)++;
}

SEC("xdp") int first(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&counting, counts, &key, ctx, REFUSED);
}

/* The map, and then a lookup in it; and a choice of values. */
// DO: put blue[0] = 5
// DO: put blue[1] = 7
// DO: run second port=2 == 0
// DO: run second port=0 == 5
// DO: run second port=1 == 7
// DO: run second port=1 == 8
// DO: check blue[0] == 6
// DO: run second port=1 == 500
// DO: run second port=3 == 400
// DO: check walks_counters.aborted == 0
FIBER int walks(struct xdp_md *ctx)
{
	__u32 colour = number(ctx), slot;
	void *map = bpf_map_lookup_elem(&colours, &colour);
	__u64 *total = NULL;

	if (!map)
		co_return 400 + (colour == 1) * 100;
	co_await next_packet(0);
	for (int i = 0; i < 3; i++) {
		slot = number(ctx);
		if (!total || slot == 1)
			total = bpf_map_lookup_elem(map, &slot);
		if (!total)
			co_return 402;
		if (i == 2)
			co_return ++*total;
		co_await next_packet(*total);
		if (!i && total)
			++*total;
	}
	co_return 9;
}

SEC("xdp") int second(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&walking, walks, &key, ctx, REFUSED);
}
