// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A local whose address is taken before an await keeps its value and can be
// written through its address after it, by C and by kernel helpers.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(addressed);

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u64);
} numbers SEC(".maps");

static __attribute__((noinline)) int add_to(int *sum, int n)
{
	if (!sum)
		return 0;
	*sum += n;
	return *sum;
}

// DO: put numbers[2] = 70
// DO: put numbers[3] = 80
// DO: run deliver port=5 == 5
// DO: check frames[0].sum == 5
// DO: run deliver port=6 == 11
// DO: run deliver port=2 == 71
// DO: run deliver port=3 == 152
// DO: check #frames == 0
FIBER int addressed(struct xdp_md *ctx)
{
	int sum = 0;
	__u32 key = 0;
	__u64 *found;

	add_to(&sum, number(ctx));
	co_await next_packet(sum);
	add_to(&sum, number(ctx));
	co_await next_packet(sum);

	key = number(ctx);
	found = bpf_map_lookup_elem(&numbers, &key);
	sum = found ? *found : 0;
	co_await next_packet(add_to(&sum, 1));
	key++;
	found = bpf_map_lookup_elem(&numbers, &key);
	if (found)
		add_to(&sum, *found);
	co_return add_to(&sum, 1);
}

DELIVER_PACKETS(addressed)
