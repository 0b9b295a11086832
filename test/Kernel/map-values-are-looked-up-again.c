// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A pointer to a map's value that is used behind an await points to the value
// that is under the key now. If there is none, the fiber goes where it would
// have gone at the first lookup. The key is what it was then.
// RUN: %everywhere %s %t
#include "kernel-test.h"

struct flow {
	__u32 address;
	__u16 port, zero;
	__u32 serial;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, __u32);
	__type(value, __u64[4]);
} totals SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16);
	__type(key, struct flow);
	__type(value, __u32);
} flows SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u64);
} sums SEC(".maps");

FIBER_MAP(counting, counts, BPF_MAP_TYPE_HASH, __u32, 4);
FIBER_MAP(following, follows, BPF_MAP_TYPE_HASH, __u32, 4);
FIBER_MAP(adding, adds, BPF_MAP_TYPE_HASH, __u32, 4);
FIBER_MAP(choosing, chooses, BPF_MAP_TYPE_HASH, __u32, 4);

/* The state, the key, the index, and what the failure path needs. */
// DO: check counting.value_size == 16
//
// DO: run first port=7 == 400
// DO: put totals[7] = 10,20,30,40
// DO: run first port=7 == 40
// DO: check counting[0].total_key == 7
// DO: check totals[7][3] == 41
// DO: run first port=9 == 41
// DO: check totals[7][3] == 42
// DO: put totals[7] = 1,2,3,4
// DO: run first port=9 == 10
// DO: check totals[7][3] == 5
// DO: check #counting == 0
//
// DO: run first port=7 == 5
// DO: delete totals[7]
// DO: run first port=7 == 407
// DO: check #counting == 0
// DO: check counts_counters.aborted == 0
FIBER int counts(struct xdp_md *ctx)
{
	__u32 key = number(ctx), i = key & 3, place = 0;
	__u64 *total = bpf_map_lookup_elem(&totals, &key);

	if (!total)
		co_return 400 + place;
	place = key;
	key = 1;
	co_await next_packet(total[i]++);
	place = number(ctx);
	co_await next_packet(total[i]++);
	co_return total[i]++ + total[0] + total[1] + total[2] + key - 1;
}

SEC("xdp") int first(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&counting, counts, &key, ctx, REFUSED);
}

/* A key of twelve bytes, in a loop; a second look of the user's own. */
// DO: put flows[1,7,0,5] = 70
// DO: run second port=7 == 70
// DO: run second port=8 == 70
// DO: put flows[1,7,0,5] = 80
// DO: run second port=9 == 80
// DO: check following[0].flow_key.serial == 5
// DO: check following[0].flow_key.port == 7
// DO: run second port=10 == 80
// DO: delete flows[1,7,0,5]
// DO: run second port=11 == 300
// DO: check #following == 0
// DO: put flows[1,7,0,5] = 1
// DO: run second port=7 == 1
// DO: delete flows[1,7,0,5]
// DO: run second port=1 == 301
// DO: check #following == 0
FIBER int follows(struct xdp_md *ctx)
{
	struct flow key = { .address = 1, .port = number(ctx), .serial = 5 };
	__u32 *flow = bpf_map_lookup_elem(&flows, &key);

	if (!flow)
		co_return 300;
	for (;;) {
		co_await next_packet(*flow);
		if (number(ctx) == 1 && !flow)
			co_return 301;
	}
}

SEC("xdp") int second(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&following, follows, &key, ctx, REFUSED);
}

/* A constant key costs nothing; a timer can use the value too. */
// DO: check adding.value_size == 24
// DO: put sums[2] = 5
// DO: run third == 5
// DO: wait sums[2] == 1005
// DO: run third == 1
// DO: check #adding == 0
FIBER int adds(struct xdp_md *ctx)
{
	__u32 key = 2;
	__u64 *sum = bpf_map_lookup_elem(&sums, &key);

	if (!sum)
		co_return 0;
	co_await sleep_ns(10 * NS_PER_MS, *sum);
	*sum += 1000;
	co_await next_packet(0);
	co_return *sum == 1005;
}

SEC("xdp") int third(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&adding, adds, &key, ctx, REFUSED);
}

/* An index that was read from memory is what it was then, too. */
__u64 chosen = 2;

// DO: put totals[7] = 10,20,30,40
// DO: run fourth == 0
// DO: run fourth == 30
// DO: check chosen == 1
// DO: check #choosing == 0
FIBER int chooses(struct xdp_md *ctx)
{
	__u32 key = 7;
	__u64 *total = bpf_map_lookup_elem(&totals, &key), *one;

	if (!total || chosen > 3)
		co_return 300;
	one = &total[chosen];
	co_await next_packet(0);
	chosen = 1;
	co_return *one;
}

SEC("xdp") int fourth(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&choosing, chooses, &key, ctx, REFUSED);
}
