// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A loop that yields adds once in a round: the exit's compare, the next round
// and the frame take the same sum. It is made in two steps, of which the verifier
// does not know what it is more than.
//
// RUN: %compile -O2 -mcpu=v3 -fbpf-fiber-quantum=10000 -S %s -o - | FileCheck %s
// RUN: %compile -Os -mcpu=v3 -fbpf-fiber-quantum=10000 -S %s -o - | FileCheck %s
//
// CHECK-LABEL: counting__wq_callback:
// CHECK: may_goto
// CHECK-NOT: += 1{{$}}
// CHECK: [[I:w[0-9]+]] += 2{{$}}
// CHECK-NEXT: [[I]] += -1{{$}}
// CHECK-NOT: += 1{{$}}
// CHECK: if [[I]] >= {{.*}} goto
// CHECK-NOT: += 1{{$}}
// CHECK: *(u32 *)(r{{[0-9]+}} + {{[0-9]+}}) = [[I]]
// CHECK: .Lfunc_end

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
