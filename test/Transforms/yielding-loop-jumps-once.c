// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A round of a loop that yields has one jump, as one written by hand: the test of
// the budget is the jump to the next round. No number that lives through the loop
// is spilled in it for that.
//
// RUN: %compile -O1 -mcpu=v3 -fbpf-fiber-quantum=10000 -S %s -o - | FileCheck %s
// RUN: %compile -O2 -mcpu=v3 -fbpf-fiber-quantum=10000 -S %s -o - | FileCheck %s
// RUN: %compile -Os -mcpu=v3 -fbpf-fiber-quantum=10000 -S %s -o - | FileCheck %s
// RUN: %compile -O2 -mcpu=v4 -fbpf-fiber-quantum=10000 -S %s -o - | FileCheck %s
//
// CHECK-LABEL: {{^}}counting_program:
// CHECK: [[BUDGET:w[0-9]+]] ^= -1
// CHECK: {{^}}[[ROUND:.?LBB[0-9_]+]]:
// CHECK: may_goto
// CHECK-NOT: {{^[[:space:]]+}}goto
// CHECK-NOT: *(u64 *)(r10 {{.*}}) = r
// CHECK: if [[BUDGET]] s< 0 goto [[ROUND]]
//
// CHECK-LABEL: {{^}}counting__wq_callback:
// CHECK: [[BUDGET:w[0-9]+]] ^= -1
// CHECK: {{^}}[[ROUND:.?LBB[0-9_]+]]:
// CHECK: may_goto
// CHECK-NOT: {{^[[:space:]]+}}goto
// CHECK-NOT: *(u64 *)(r10 {{.*}}) = r
// CHECK: if [[BUDGET]] s< 0 goto [[ROUND]]

#include "fiber.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1 << 16);
	__type(key, __u32);
	__type(value, __u64);
} numbers SEC(".maps");

__u32 how_many;
__u64 result;

FRAMES(counting);

FIBER int counting(struct xdp_md *ctx)
{
	__u32 n = how_many;
	__u64 sum = 0;

	for (__u32 i = 0; i < n; i++) {
		__u32 key = i;
		__u64 *number = bpf_map_lookup_elem(&numbers, &key);

		if (number)
			sum += *number;
	}
	result = sum;
	co_return XDP_DROP;
}

DELIVER_PACKETS(counting);
