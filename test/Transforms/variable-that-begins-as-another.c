// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Two variables that are one value at first have a member each, under their own
// names: what stays the value is not called like what has become another one.
// RUN: %compile -fbpf-fiber-report -c %s -o %t.o 2>&1 | FileCheck %s
// RUN: %compile -S -emit-llvm -mllvm -print-before=bpf-fiber-lower %s -o %t.ll 2>&1 | FileCheck %s --check-prefix=RECORDS
// RUN: %compile -fbpf-fiber-report -fbpf-fiber-quantum=1000 -DYIELDS -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=YIELDS
#include "fiber.h"

__u32 first, late;

FRAMES(scan);

#ifdef YIELDS

__u32 how_many = 1 << 16;

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1 << 16);
	__type(key, __u32);
	__type(value, __u32);
} seen SEC(".maps");

// YIELDS-DAG: {{[0-9]}} now __u32 line [[#@LINE+6]]
// YIELDS-DAG: {{[0-9]}} oldest __u32 line [[#@LINE+5]]
// YIELDS-NOT: oldest_2
// YIELDS: function
FIBER int scan(struct xdp_md *ctx)
{
	__u32 now = ctx->rx_queue_index, oldest = now, stale = 0;

	for (__u32 i = 0; i < how_many; i++) {
		__u32 key = i, *when = bpf_map_lookup_elem(&seen, &key);

		if (!when)
			continue;
		if (now - *when > 60)
			stale++;
		if (*when < oldest)
			oldest = *when;
	}
	first = oldest;
	late = stale;
	co_return 0;
}

#else

// CHECK-DAG: {{[0-9]}} now __u32 line [[#@LINE+11]]
// CHECK-DAG: {{[0-9]}} oldest __u32 line [[#@LINE+10]]
// CHECK-DAG: {{[0-9]}} stale __u32 line [[#@LINE+9]]
// CHECK: suspended at
// CHECK-NOT: function
// CHECK-DAG: now 4 defined at line [[#@LINE+6]], used at line [[#@LINE+13]]
// CHECK-DAG: oldest 4 defined at line [[#@LINE+5]], used at line [[#@LINE+14]]
// CHECK-NOT: oldest_2
// CHECK: function
FIBER int scan(struct xdp_md *ctx)
{
	__u32 now = ctx->rx_queue_index, oldest = now, stale = 0;

	for (;;) {
		__u32 when;

		co_await next_packet(XDP_PASS);
		when = ctx->rx_queue_index;
		if (now - when > 60)
			stale++;
		if (when < oldest)
			oldest = when;
		if (when == 7)
			break;
	}
	first = oldest;
	late = stale;
	co_return 0;
}

#endif

DELIVER_PACKETS(scan);

// Nor is a debugger told so.
// RECORDS-LABEL: @scan.fiber(
// RECORDS: call i64 @__fiber_suspend
// RECORDS: %[[OLDEST:.*]] = {{.*}}call i32 @__fiber_pin.i32(
// RECORDS-NEXT: #dbg_value(i32 %[[OLDEST]], ![[VARIABLE:[0-9]+]],
// RECORDS-NOT: ![[VARIABLE]],
// RECORDS: load i32
