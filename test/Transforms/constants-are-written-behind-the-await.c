// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A local in memory that is declared, with constants in it, long before it is
// used is in the frame only from its use on. Not so if more than constants are
// in it, or where the loop that uses it goes on with what was in it.
// RUN: %compile -c %s -o %t.o
// RUN: %bpftool btf dump file %t.o format c | FileCheck %s
#include "fiber.h"

struct stats {
	__u64 opens, reads;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, __u32);
	__type(value, struct stats);
} stats SEC(".maps");

FRAMES(once);
FRAMES(partly);
FRAMES(on_two_ways);
FRAMES(each_time);
FRAMES(goes_on);
FRAMES(is_used_before);

static __always_inline void store(struct xdp_md *ctx, struct stats *value)
{
	__u32 key = ctx->rx_queue_index;

	bpf_map_update_elem(&stats, &key, value, 0);
}

// CHECK: struct once_frame {
// CHECK-NOT: zero
// CHECK: };
FIBER int once(struct xdp_md *ctx)
{
	struct stats zero = {};

	co_await next_packet(XDP_PASS);
	store(ctx, &zero);
	co_return 0;
}

// CHECK: struct partly_frame {
// CHECK-NOT: value
// CHECK: };
FIBER int partly(struct xdp_md *ctx)
{
	struct stats value = { .opens = 1 };

	for (int i = 0; i < 3; i++)
		co_await next_packet(XDP_PASS);
	value.reads = ctx->ingress_ifindex;
	store(ctx, &value);
	co_return 0;
}

// CHECK: struct on_two_ways_frame {
// CHECK-NOT: zero
// CHECK: };
FIBER int on_two_ways(struct xdp_md *ctx)
{
	struct stats zero = {};

	co_await next_packet(XDP_PASS);
	if (ctx->ingress_ifindex) {
		store(ctx, &zero);
		co_await next_packet(XDP_PASS);
	} else {
		zero.opens = 1;
		store(ctx, &zero);
	}
	co_return 0;
}

// CHECK: struct each_time_frame {
// CHECK-NOT: zero
// CHECK: };
FIBER int each_time(struct xdp_md *ctx)
{
	for (;;) {
		struct stats zero = {};

		co_await next_packet(XDP_PASS);
		store(ctx, &zero);
	}
}

// CHECK: struct goes_on_frame {
// CHECK: struct stats value;
// CHECK: };
FIBER int goes_on(struct xdp_md *ctx)
{
	struct stats value = {};

	for (;;) {
		co_await next_packet(XDP_PASS);
		value.opens++;
		store(ctx, &value);
	}
}

// CHECK: struct is_used_before_frame {
// CHECK: struct stats zero;
// CHECK: };
FIBER int is_used_before(struct xdp_md *ctx)
{
	struct stats zero = {};

	store(ctx, &zero);
	co_await next_packet(XDP_PASS);
	store(ctx, &zero);
	co_return 0;
}

DELIVER_PACKETS(once);
DELIVER_PACKETS(partly);
DELIVER_PACKETS(on_two_ways);
DELIVER_PACKETS(each_time);
DELIVER_PACKETS(goes_on);
DELIVER_PACKETS(is_used_before);
