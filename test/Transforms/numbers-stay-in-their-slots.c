// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// In a loop that yields, with more numbers than there are registers, what finds
// none is read and written in the frame: a number that does not change is
// loaded where it is used, one that is counted on one way is stored there. The
// index, which the verifier must know, stays in a register, and where the loop
// yields nothing of it is stored again.
//
// Not so with few numbers, nor in an LRU map, whose elements are evicted.
//
// RUN: %compile -fbpf-fiber-quantum=1000 -S -emit-llvm %s -o - | FileCheck %s
// RUN: %compile -fbpf-fiber-quantum=1000 -S -emit-llvm %s -DFEW -o - | FileCheck %s --check-prefix=REGISTERS
// RUN: %compile -fbpf-fiber-quantum=1000 -S -emit-llvm %s -DLRU -o - | FileCheck %s --check-prefix=REGISTERS
#include "fiber.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1 << 16);
	__type(key, __u32);
	__type(value, __u64);
} numbers SEC(".maps");

#ifdef LRU
FIBER_MAP(frames, counting, BPF_MAP_TYPE_LRU_HASH, __u32, 16);
#else
FIBER_MAP(frames, counting, BPF_MAP_TYPE_HASH, __u32, 16);
#endif

__u32 how_many = 1 << 16;
__u64 low = 10, high = 90, below, above;

FIBER int counting(struct xdp_md *ctx)
{
	__u64 from = low, to = high, fewer = 0, more = 0;

	for (__u32 i = 0; i < how_many; i++) {
		__u32 key = i;
		__u64 *number = bpf_map_lookup_elem(&numbers, &key);

		if (!number)
			continue;
#ifdef FEW
		fewer += *number;
#else
		if (*number < from)
			fewer++;
		else if (*number > to)
			more++;
#endif
	}
	below = fewer;
	above = more;
	co_return XDP_DROP;
}

SEC("xdp") int count(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&frames, counting, &key, ctx, XDP_PASS);
}

// CHECK-LABEL: define internal {{.*}}@counting__wq_callback(
// CHECK: may_goto
// CHECK: @numbers
// CHECK: %[[FROM:.*]] = getelementptr inbounds i8, ptr %[[FRAME:.*]], i64
// CHECK: load i64, ptr %[[FROM]]
// CHECK: add i64 %{{.*}}, 1
// CHECK: %[[FEWER:.*]] = getelementptr inbounds i8, ptr %[[FRAME]], i64
// CHECK: store i64 %{{.*}}, ptr %[[FEWER]]
// CHECK: icmp slt i32 {{.*}}, 0

// REGISTERS-LABEL: define internal {{.*}}@counting__wq_callback(
// REGISTERS: may_goto
// REGISTERS: @numbers
// REGISTERS-NOT: getelementptr inbounds i8, ptr
// REGISTERS: icmp slt i32 {{.*}}, 0
