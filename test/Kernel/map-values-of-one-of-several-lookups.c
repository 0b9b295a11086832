// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A pointer that is NULL, or points to a value of one map or of another, is the
// same behind an await: the frame knows which lookup it came from.
// RUN: %everywhere %s %t
#include "kernel-test.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, __u32);
	__type(value, __u64);
} odd SEC(".maps"), even SEC(".maps");

struct wide {
	__u32 address;
	__u16 port, zero;
	__u32 serial;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16);
	__type(key, struct wide);
	__type(value, __u64[2]);
} flows SEC(".maps");

FIBER_MAP(maybe, may, BPF_MAP_TYPE_HASH, __u32, 4);
FIBER_MAP(choosing, chooses, BPF_MAP_TYPE_HASH, __u32, 4);
FIBER_MAP(looping, loops, BPF_MAP_TYPE_HASH, __u32, 4);
FIBER_MAP(finding, finds, BPF_MAP_TYPE_HASH, __u32, 4);
FIBER_MAP(first_found, finds_first, BPF_MAP_TYPE_HASH, __u32, 4);

/* A lookup under a condition, and a test behind the await. */
// DO: run first port=8 == 1
// DO: check maybe[0].total_choice == 0
// DO: run first port=1 == 100
// DO: run first port=1 == 1
// DO: check #maybe == 0
//
// DO: put odd[7] = 70
// DO: run first port=7 == 1
// DO: check maybe[0].total_choice == 1
// DO: check maybe[0].total_key == 7
// DO: run first port=2 == 70
// DO: check odd[7] == 71
// DO: delete odd[7]
// DO: run first port=2 == 101
// DO: check #maybe == 0
//
// DO: run first port=9 == 1
// DO: put odd[9] = 90
// DO: run first port=2 == 90
// DO: run first port=2 == 2
// DO: check odd[9] == 91
FIBER int may(struct xdp_md *ctx)
{
	__u32 key = number(ctx);
	__u64 *total = NULL;

	if (key & 1)
		total = bpf_map_lookup_elem(&odd, &key);
	co_await next_packet(1);
	if (total)
		co_await next_packet((*total)++);
	else
		co_await next_packet(100);
	co_return total ? 2 : key == 7 ? 101 : 1;
}

SEC("xdp") int first(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&maybe, may, &key, ctx, REFUSED);
}

/* One of two; the test in front of the await says where to go without it. */
// DO: put odd[7] = 70
// DO: put even[8] = 80
// DO: run second port=6 == 400
// DO: check #choosing == 0
// DO: run second port=7 == 70
// DO: run second port=1 == 71
// DO: run second port=1 == 72
// DO: check odd[7] == 73
// DO: check even[8] == 80
// DO: run second port=8 == 80
// DO: run second port=1 == 81
// DO: delete even[8]
// DO: run second port=1 == 408
// DO: check #choosing == 0
// DO: check chooses_counters.aborted == 0
FIBER int chooses(struct xdp_md *ctx)
{
	__u32 key = number(ctx), place = 0;
	__u64 *total = key & 1 ? bpf_map_lookup_elem(&odd, &key) :
				 bpf_map_lookup_elem(&even, &key);

	if (!total)
		co_return 400 + place;
	place = key;
	co_await next_packet((*total)++);
	co_await next_packet((*total)++);
	co_return (*total)++;
}

SEC("xdp") int second(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&choosing, chooses, &key, ctx, REFUSED);
}

/* The pointer of an earlier round, a new one, or none; keys of two sizes. */
// DO: put odd[7] = 70
// DO: put even[8] = 80
// DO: put flows[1,7,0,5] = 50,51
// DO: run third port=3 == 500
// DO: run third port=7 == 70
// DO: run third port=0 == 71
// DO: run third port=8 == 80
// DO: run third port=0 == 81
// DO: run third port=5 == 50
// DO: run third port=0 == 51
// DO: run third port=0 == 52
// DO: delete flows[1,7,0,5]
// DO: run third port=0 == 500
// DO: put flows[1,7,0,5] = 60,61
// DO: run third port=0 == 60
// DO: run third port=3 == 500
// DO: run third port=0 == 500
// DO: run third port=7 == 72
// DO: check #looping == 1
FIBER int loops(struct xdp_md *ctx)
{
	__u64 *total = NULL;

	for (;;) {
		__u32 key = number(ctx);
		struct wide flow = { .address = 1, .port = 7, .serial = 5 };

		if (key == 7)
			total = bpf_map_lookup_elem(&odd, &key);
		else if (key == 8)
			total = bpf_map_lookup_elem(&even, &key);
		else if (key == 5)
			total = bpf_map_lookup_elem(&flows, &flow);
		else if (key == 3)
			total = NULL;
		co_await next_packet(total ? (*total)++ : 500);
	}
}

SEC("xdp") int third(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&looping, loops, &key, ctx, REFUSED);
}

/* The second map where the first has nothing, in a helper. */
static __always_inline __u64 *find(__u32 key)
{
	__u64 *total = bpf_map_lookup_elem(&even, &key);

	if (!total)
		total = bpf_map_lookup_elem(&odd, &key);
	return total;
}

// DO: delete even[8]
// DO: put odd[8] = 80
// DO: run fourth port=20 == 300
// DO: run fourth port=8 == 0
// DO: put even[8] = 10
// DO: run fourth port=2 == 80
// DO: check odd[8] == 82
// DO: run fourth port=8 == 0
// DO: run fourth port=3 == 11
// DO: check even[8] == 13
// DO: check #finding == 0
FIBER int finds(struct xdp_md *ctx)
{
	__u64 *total = find(number(ctx));

	if (!total)
		co_return 300;
	co_await next_packet(0);
	*total += number(ctx);
	co_return *total - 2;
}

SEC("xdp") int fourth(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&finding, finds, &key, ctx, REFUSED);
}

/* The first key that there is, in a loop. */
static __always_inline __u64 *find_from(__u32 from)
{
	for (int i = 0; i < 4; i++) {
		__u32 key = from + i;
		__u64 *total = bpf_map_lookup_elem(&even, &key);

		if (total)
			return total;
	}
	return NULL;
}

// DO: put even[8] = 80
// DO: run fifth port=20 == 300
// DO: run fifth port=5 == 0
// DO: check first_found[0].total_key == 8
// DO: run fifth port=2 == 80
// DO: check even[8] == 82
// DO: run fifth port=5 == 0
// DO: delete even[8]
// DO: run fifth port=2 == 300
// DO: check #first_found == 0
FIBER int finds_first(struct xdp_md *ctx)
{
	__u64 *total = find_from(number(ctx));

	if (!total)
		co_return 300;
	co_await next_packet(0);
	*total += number(ctx);
	co_return *total - 2;
}

SEC("xdp") int fifth(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&first_found, finds_first, &key, ctx, REFUSED);
}
