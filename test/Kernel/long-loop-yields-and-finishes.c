// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// With a quantum a loop of any length verifies in a few instructions, gives the
// right result after any number of yields, and goes on in a work item.
// RUN: %everywhere %s %t-1 -fbpf-fiber-quantum=1
// RUN: %everywhere %s %t-100 -fbpf-fiber-quantum=100
// RUN: %everywhere %s %t-5000 -fbpf-fiber-quantum=5000
// RUN: %everywhere %s %t-1000000000 -fbpf-fiber-quantum=1000000000
#include "kernel-test.h"

#define CELLS 4096

FIBER_MAP(frames, adding, BPF_MAP_TYPE_HASH, __u32, 4);

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, CELLS);
	__type(key, __u32);
	__type(value, __u64);
} cells SEC(".maps");

__u32 rounds = CELLS;
__u64 result, finished;

// DO: put cells[0] = 3
// DO: put cells[1] = 5
// DO: put cells[4095] = 1000
// DO: run deliver port=7
// DO: wait finished == 1
// DO: check result == 8383480
// DO: wait #frames == 0
// DO: check deliver.verified_insns < 2000
// DO: set rounds = 0
// DO: run deliver port=7 == 0
// DO: check result == 7
// DO: check #frames == 0
// DO: set rounds = 1
// DO: run deliver port=7 == 0
// DO: check result == 10
// DO: check adding_counters.aborted + adding_counters.busy == 0
FIBER int adding(struct xdp_md *ctx)
{
	__u32 n = rounds;
	__u64 sum = number(ctx);

	for (__u32 i = 0; i < n; i++) {
		__u32 key = i;
		__u64 *cell = bpf_map_lookup_elem(&cells, &key);

		if (cell)
			sum += *cell + (i > 0 ? i - 1 : 0);
	}
	result = sum;
	finished++;
	co_return 0;
}

DELIVER_PACKETS(adding)
