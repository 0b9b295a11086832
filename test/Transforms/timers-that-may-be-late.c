// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// When a wait ends is kept in the frame where a timer may come that is not this
// wait's, and costs nothing elsewhere.
// RUN: %compile -c %s -o %t.o
// RUN: %bpftool btf dump file %t.o format c | FileCheck %s
#include "fiber.h"

FRAMES(sleeps);
FRAMES(mixes);
FRAMES(is_beaten);
FRAMES(waits_later);
FRAMES(ticks);
FRAMES(ends_early);

/* Every wait for the timer ends by the timer. */
// CHECK: struct sleeps_frame {
// CHECK-NOT: wake_time
// CHECK: };
FIBER int sleeps(struct xdp_md *ctx)
{
	co_await sleep_ns(1000);
	co_await next_packet(0);
	co_await sleep_ns(2000);
	co_return 0;
}

/* A packet may come before the time. */
// CHECK: struct mixes_frame {
// CHECK: deadline
// CHECK: wake_time
FIBER int mixes(struct xdp_md *ctx)
{
	if (co_await next_packet_or_timeout(0, 1000000) == FIBER_PACKET)
		co_await sleep_ns(1000);
	co_return 0;
}

// CHECK: struct is_beaten_frame {
// CHECK-NOT: deadline
// CHECK: wake_time
AWAITABLE long packet_or_time(__u64 ns)
{
	__fiber_arm_timer(ns);
	return __fiber_suspend("home|timer", 0, 0);
}

FIBER int is_beaten(struct xdp_md *ctx)
{
	while (co_await packet_or_time(1000) == FIBER_PACKET)
		;
	co_return 0;
}

/* Something else is waited for while the timer is queued. */
// CHECK: struct waits_later_frame {
// CHECK: wake_time
AWAITABLE long packet_then_time(__u64 ns)
{
	__fiber_arm_timer(ns);
	co_await next_packet(0);
	return __fiber_suspend("timer", 0, 0);
}

FIBER int waits_later(struct xdp_md *ctx)
{
	co_await packet_then_time(1000);
	co_return 0;
}

AWAITABLE long packet_or_tick(void)
{
	return __fiber_suspend("home|timer", 0, 0);
}

/* Packets come before the time, but do not end the wait. */
// CHECK: struct ticks_frame {
// CHECK-NOT: deadline
// CHECK-NOT: wake_time
// CHECK: };
FIBER int ticks(struct xdp_md *ctx)
{
	__u32 heard;

	do {
		heard = 0;
		__fiber_arm_deadline(1000000);
		while (co_await packet_or_tick() == FIBER_PACKET)
			heard++;
		if (heard > 9)
			co_await sleep_ns(1000);
	} while (heard);
	co_await next_packet(0);
	co_return 0;
}

/* Another fiber may find the timer of one that a packet has ended. */
// CHECK: struct ends_early_frame {
// CHECK: deadline
FIBER int ends_early(struct xdp_md *ctx)
{
	do {
		__fiber_arm_deadline(1000000);
		while (co_await packet_or_tick() == FIBER_PACKET)
			if (ctx->ingress_ifindex)
				co_return 0;
	} while (1);
}

DELIVER_PACKETS(sleeps);
DELIVER_PACKETS(mixes);
DELIVER_PACKETS(is_beaten);
DELIVER_PACKETS(waits_later);
DELIVER_PACKETS(ticks);
DELIVER_PACKETS(ends_early);
