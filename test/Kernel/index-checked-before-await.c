// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A value whose range was checked before an await indexes an array after it:
// unsigned, signed, masked, and a loop counter; in a map value and in a global.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(indexing);

struct table {
	__u32 cells[16];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct table);
} tables SEC(".maps");

__u32 totals[8] = { 0, 100, 200, 300, 400, 500, 600, 700 };

static __always_inline struct table *get_table(void)
{
	__u32 key = 0;

	return bpf_map_lookup_elem(&tables, &key);
}

// DO: put tables[0] = 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
// DO: run deliver port=7 == 1
// DO: run deliver port=13 == 707
// DO: check frames[0].masked == 5
// DO: run deliver port=12 == 500
// DO: run deliver port=0 == 10
// DO: run deliver port=0 == 11
// DO: run deliver port=0 == 12
// DO: run deliver port=0 == 21
// DO: check #frames == 0
// DO: run deliver port=8 == 2
// DO: check #frames == 0
// DO: run deliver port=7 == 1
// DO: run deliver port=0 == 707
// DO: run deliver port=3 == 100
// DO: run deliver port=0 == 3
FIBER int indexing(struct xdp_md *ctx)
{
	__u32 i = number(ctx), masked;
	struct table *table;
	int sum = 0, s;

	if (i >= 8)
		co_return 2;
	co_await next_packet(1);

	masked = number(ctx) & 7;
	table = get_table();
	if (!table)
		co_return -1;
	co_await next_packet(totals[i] + table->cells[i]);

	s = number(ctx) - 10;
	if (s < 0 || s > 3) {
		co_await next_packet(totals[masked ? masked : 1]);
		co_return 3;
	}
	co_await next_packet(totals[masked]);

	for (__u32 k = s; k < 5; k++) {
		co_await next_packet(10 + sum);
		table = get_table();
		if (table)
			sum += table->cells[k + 5] - k - 4;
	}
	co_return sum + 18;
}

DELIVER_PACKETS(indexing)
