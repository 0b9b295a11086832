// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What is kept has the name and the type of its variable also where the value is
// a truth, was kept as narrow as it was, or is a member of a struct that is in
// no memory; a value from which a variable is computed is named after it.
// RUN: %compile -fbpf-fiber-report -c %s -o %t.o 2>&1 | FileCheck %s
#include "fiber.h"

struct pair {
	__u16 first;
	struct {
		__s32 deep;
		__u64 list[2];
	} inner;
};

__u64 count(void) __ksym;
__s32 small(void) __ksym;
void use(__u64 n, ...) __ksym;

// CHECK: fiber 'truths'
// CHECK-DAG: odd _Bool line [[#@LINE+7]]
// CHECK-DAG: number unsigned char line [[#@LINE+7]]
// CHECK-NOT: spill
// CHECK: suspended at
FRAMES(truths);
FIBER int truths(struct xdp_md *ctx)
{
	_Bool odd = ctx->rx_queue_index % 7 == 2;
	int number = ctx->ingress_ifindex == 4;

	co_await next_packet(0);
	if (odd)
		use(3);
	co_return number;
}
DELIVER_PACKETS(truths);

// CHECK: fiber 'widened'
// CHECK-DAG: plus unsigned int line [[#@LINE+7]]
// CHECK-DAG: minus int line [[#@LINE+7]]
// CHECK-NOT: spill
// CHECK: suspended at
FRAMES(widened);
FIBER int widened(struct xdp_md *ctx)
{
	__u64 plus = (__u32)count();
	__s64 minus = small();

	co_await next_packet(0);
	use(plus);
	use(minus);
	co_return 0;
}
DELIVER_PACKETS(widened);

// CHECK: fiber 'parts'
// CHECK-DAG: p_first __u16 line [[#@LINE+9]]
// CHECK-DAG: p_inner_deep __s32 line [[#@LINE+8]]
// CHECK-DAG: p_inner_list_1 __u64 line [[#@LINE+7]]
// CHECK-DAG: pair_0 __u64 line [[#@LINE+7]]
// CHECK-NOT: spill
// CHECK: suspended at
FRAMES(parts);
FIBER int parts(struct xdp_md *ctx)
{
	struct pair p;
	__u64 pair[2];

	p.first = count();
	p.inner.deep = count();
	p.inner.list[1] = count();
	pair[0] = count();
	co_await next_packet(0);
	use(p.first);
	use(p.inner.deep);
	use(p.inner.list[1]);
	use(pair[0]);
	co_return 0;
}
DELIVER_PACKETS(parts);

// CHECK: fiber 'nameless'
// CHECK: for_sum unsigned long long line [[#@LINE+6]]
// CHECK-NOT: spill
// CHECK: suspended at
FRAMES(nameless);
FIBER int nameless(struct xdp_md *ctx)
{
	__u64 sum, factor = count();

	sum = factor * 5 + (co_await next_packet(0));
	use(sum, sum);
	co_return 0;
}
DELIVER_PACKETS(nameless);
