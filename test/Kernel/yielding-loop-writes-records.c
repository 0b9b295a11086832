// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A loop that yields finds a place, and a byte of a ring buffer's record is
// written there. That the place is one of the record is seen by a comparison, of
// the register that is the index, and not by a mask: the record is nothing in
// which the index could be masked later.
// RUN: %everywhere %s %t -fbpf-fiber-quantum=50 -fno-unroll-loops
#include "kernel-test.h"

#define TOP	4

struct numbers_args {
	__u32 n;
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} ring SEC(".maps");

FIBER_MAP(frames, largest, BPF_MAP_TYPE_ARRAY, __u32, 1);

__u64 sum;

// DO: run step ctx=8 repeat=16
// DO: check sum == 161
FIBER long largest(struct numbers_args *ctx)
{
	__u64 top[TOP] = {};
	__u32 n = ctx->n;

	for (__u32 i = 0; i < n; i++) {
		__u64 number = i * 37 % 101;
		__u8 *record;
		int at = -1;

		for (int j = TOP - 1; j >= 0; j--) {
			if (top[j] >= number)
				break;
			at = j;
		}
		if (at >= 0 && at < TOP) {
			record = bpf_ringbuf_reserve(&ring, 16, 0);
			if (!record)
				co_return -1;
			record[at] = i;
			bpf_ringbuf_submit(record, 0);
			top[at] = number;
		}
	}
	sum = top[0] + top[1] + top[2] + top[3];
	co_return 0;
}

SEC("syscall") int step(struct numbers_args *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&frames, largest, &key, ctx, -1);
}
