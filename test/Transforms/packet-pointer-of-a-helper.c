// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A check in an inlined helper that returns NULL covers what is done with the
// pointer behind an await, where the pointer is tested directly behind the call.
// RUN: %refused %s | FileCheck %s
// RUN: %compile -Werror -DRIGHT -c %s -o %t.o
#include "fiber.h"

FRAMES(waits);

static __always_inline __u8 *find(struct xdp_md *ctx)
{
	__u8 *data = data_of(ctx);

	if (data + 2 > (__u8 *)end_of(ctx) || data[0] != 1)
		return NULL;
	return data;
}

FIBER int waits(struct xdp_md *ctx)
{
#ifdef RIGHT
	__u8 *found = find(ctx);
	__u64 begin;

	if (!found)
		co_return XDP_PASS;
	begin = bpf_ktime_get_ns();
#else
	__u8 *found = find(ctx);
	__u64 begin = bpf_ktime_get_ns();

	if (!found)
		co_return XDP_PASS;
#endif
	co_await next_packet(XDP_DROP);
	// CHECK: [[#@LINE-1]]:11: error: packet pointer {{.*}}does not survive this co_await
	co_return found[1] + bpf_ktime_get_ns() - begin > 9 ? XDP_PASS : XDP_DROP;
}

DELIVER_PACKETS(waits);
