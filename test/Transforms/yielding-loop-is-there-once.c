// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Where a verb may start or resume a fiber of a user thread, a loop that yields
// is in the resume function only: the start leaves it to that.
//
// RUN: %compile -O2 -mcpu=v3 -fbpf-fiber-quantum=10000 -S %s -o - | FileCheck %s
// RUN: %compile -Os -mcpu=v3 -fbpf-fiber-quantum=10000 -S %s -o - | FileCheck %s
// RUN: %compile -O2 -mcpu=v3 -fbpf-fiber-quantum=10000 -DTYPE=BPF_MAP_TYPE_ARRAY -S %s -o - | FileCheck %s
//
// CHECK-LABEL: {{^}}call:
// CHECK: may_goto
// CHECK-NOT: may_goto
// CHECK: .Lfunc_end
//
// A program that only starts it has a loop of its own.
// RUN: %compile -O2 -mcpu=v3 -fbpf-fiber-quantum=10000 -DAPART -S %s -o - | FileCheck --check-prefix=APART %s
//
// APART-LABEL: {{^}}start:
// APART: may_goto
// APART-LABEL: {{^}}call:
// APART: may_goto

#include "fiber.h"

#ifndef TYPE
#define TYPE BPF_MAP_TYPE_HASH
#endif

struct call {
	__u32 n;
};

__u64 result;

FIBER_MAP(frames, counting, TYPE, __u32, 16);

FIBER int counting(struct call *ctx)
{
	__u32 n = ctx->n;
	__u64 sum = 0;

	for (__u32 i = 0; i < n; i++) {
		asm volatile("" : "+r"(sum));
		sum += i;
	}
	result = sum;
	co_return 0;
}

#ifdef APART
SEC("syscall") int start(struct call *ctx)
{
	__u32 key = 0;

	return fiber_spawn(&frames, counting, &key, ctx, FIBER_REFUSE, -1);
}
#endif

SEC("syscall") int call(struct call *ctx)
{
	__u32 key = 0;

#ifdef APART
	return fiber_resume(&frames, counting, &key, ctx, -1);
#else
	return fiber_deliver(&frames, counting, &key, ctx, -1);
#endif
}
