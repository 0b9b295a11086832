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

DELIVER_PACKETS(sleeps);
DELIVER_PACKETS(mixes);
DELIVER_PACKETS(is_beaten);
DELIVER_PACKETS(waits_later);
