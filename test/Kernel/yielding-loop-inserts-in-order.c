// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Numbers are put into a sorted list by loops that yield. That there is a place
// for one is seen by a comparison, from which the verifier learns that it is an
// index, and not by a mask; and the element behind another one is reached from
// where it was found that there is one.
// RUN: %everywhere %s %t-50 -fbpf-fiber-quantum=50
// RUN: %everywhere %s %t-100000 -fbpf-fiber-quantum=100000 -fno-unroll-loops
#include "kernel-test.h"

#define TOP	4

struct entry {
	__u32 id;
	__u64 number;
};

struct numbers_args {
	__u32 n;
};

FIBER_MAP(frames, largest, BPF_MAP_TYPE_ARRAY, __u32, 1);

__u64 first, last, sum;

// DO: run step ctx=8
// DO: run step ctx=8
// DO: run step ctx=8
// DO: run step ctx=8
// DO: run step ctx=8
// DO: run step ctx=8
// DO: run step ctx=8
// DO: run step ctx=8
// DO: run step ctx=8
// DO: run step ctx=8
// DO: run step ctx=8
// DO: run step ctx=8
// DO: run step ctx=8
// DO: run step ctx=8
// DO: run step ctx=8
// DO: run step ctx=8
// DO: check first == 5
// DO: check last == 4
// DO: check sum == 262
FIBER long largest(struct numbers_args *ctx)
{
	struct entry top[TOP] = {};
	__u32 n = ctx->n;

	for (__u32 i = 0; i < n; i++) {
		__u64 number = i * 37 % 101;
		int at = -1;

		for (int j = TOP - 1; j >= 0; j--) {
			if (top[j].number >= number)
				break;
			if (j < TOP - 1)
				top[j + 1] = top[j];
			at = j;
		}
		if (at >= 0 && at < TOP) {
			top[at].id = i;
			top[at].number = number;
		}
	}
	first = top[0].id;
	last = top[TOP - 1].id;
	sum = top[0].number + top[1].number + top[2].number + top[3].number;
	co_return 0;
}

SEC("syscall") int step(struct numbers_args *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&frames, largest, &key, ctx, -1);
}
