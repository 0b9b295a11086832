// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A map element may be gone when the fiber is resumed; looking it up again is
// right.
// RUN: %refused %s | FileCheck %s --implicit-check-not=error: --implicit-check-not=warning:
// RUN: %compile -Werror -DRIGHT -c %s -o %t.o
#include "fiber.h"

FRAMES(counts);

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, __u32);
	__type(value, __u64);
} totals SEC(".maps");

FIBER int counts(struct xdp_md *ctx)
{
	__u32 key = ctx->ingress_ifindex;
	__u64 *total = bpf_map_lookup_elem(&totals, &key);

	if (!total)
		co_return XDP_ABORTED;
	++*total;
	co_await next_packet(XDP_DROP);
#ifdef RIGHT
	total = bpf_map_lookup_elem(&totals, &key);
	if (!total)
		co_return XDP_ABORTED;
#endif
	++*total;
	co_return XDP_DROP;
}

DELIVER_PACKETS(counts);

// CHECK: map-value-pointer-across-await.c:25:11: error: map value pointer 'total' does not survive this co_await [bpf-fiber-pointer-across-await]
// CHECK: map-value-pointer-across-await.c:20:17: note: it comes from here
// CHECK: map-value-pointer-across-await.c:31:2: note: it is used here, in another activation
// CHECK: map-value-pointer-across-await.c:25:11: note: the element may be gone when the fiber is resumed: look it up again behind the co_await
// CHECK: 1 error generated.
