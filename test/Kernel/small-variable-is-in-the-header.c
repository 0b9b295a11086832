// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A counter that fits into a byte is in the header beside the state: it counts,
// survives a refusal of the wrong kind, and leaves with the fiber of an array.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(counting);
FIBER_MAP(slots, again, BPF_MAP_TYPE_ARRAY, __u32, 2);

// DO: check frames.value_size == 4
// DO: run deliver port=1 == 100
// DO: check frames[0].i == 0
// DO: check frames[0].state == L*_next_packet
// DO: run deliver port=1 == 101
// DO: check frames[0].i == 1
// DO: run from_user == 999
// DO: check counting_counters.not_waiting == 1
// DO: check frames[0].i == 1
// DO: run deliver port=1 == 102
// DO: run deliver port=1 == 1000
// DO: run from_user == 7
// DO: check #frames == 0
FIBER int counting(struct xdp_md *ctx)
{
	for (__u32 i = 0; i < 3; i++)
		co_await next_packet(100 + i);
	co_await next_event(syscall, 1000);
	co_return 7;
}

// DO: check slots.value_size == 4
// DO: run to_slot port=5 == 0
// DO: run to_slot port=5 == 1
// DO: check slots[1].n == 1
// DO: run to_slot port=5 == 20
// DO: check slots[1].state == NONE
// DO: check slots[1].n == 0
// DO: run to_slot port=0 == 30
// DO: run to_slot port=5 == 0
FIBER int again(struct xdp_md *ctx)
{
	if (!number(ctx))
		co_return 30;
	for (__u8 n = 0; n < 2; n++)
		co_await next_packet(n);
	co_return 20;
}

SEC("xdp") int deliver(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&frames, counting, &key, ctx, REFUSED);
}

SEC("xdp") int to_slot(struct xdp_md *ctx)
{
	__u32 key = 1;

	return fiber_deliver(&slots, again, &key, ctx, REFUSED);
}

SEC("syscall") int from_user(void *ctx)
{
	__u32 key = 0;

	return fiber_resume(&frames, counting, &key, ctx, REFUSED);
}
