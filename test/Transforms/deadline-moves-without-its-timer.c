// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A wait that is renewed by a packet only moves its deadline. Whether the timer
// must be started for it is not even asked where that cannot be: what the
// packet has ended is a wait for the timer too, for no longer a time.
// RUN: %lowered=waits__resume_xdp %s 2>&1 | FileCheck %s --check-prefix=MOVES
// RUN: %lowered=waits__resume_xdp %s -DSHORTER_FIRST 2>&1 | FileCheck %s --check-prefix=SHORTER
// RUN: %lowered=waits__start %s 2>&1 | FileCheck %s --check-prefix=STARTS
// RUN: %lowered=waits__resume_timer %s 2>&1 | FileCheck %s --check-prefix=STARTS
//
// It is asked where a packet ends another wait too, in whose time the timer may
// have fired; where a time before was longer, or is not known; and where the
// timer serves something else.
// RUN: %lowered=waits__resume_xdp %s -DPLAIN 2>&1 | FileCheck %s --check-prefix=ASKS
// RUN: %lowered=waits__resume_xdp %s -DGOES_ON 2>&1 | FileCheck %s --check-prefix=ASKS
// RUN: %lowered=waits__resume_xdp %s -DLONGER_FIRST 2>&1 | FileCheck %s --check-prefix=ASKS
// RUN: %lowered=waits__resume_xdp %s -DVARIABLE 2>&1 | FileCheck %s --check-prefix=ASKS
// RUN: %lowered=waits__resume_xdp %s -DSLEEPS 2>&1 | FileCheck %s --check-prefix=ASKS
// RUN: %lowered=waits__resume_xdp %s -DOWN_TIMER 2>&1 | FileCheck %s --check-prefix=ASKS
#include "fiber.h"

FRAMES(waits);

__u64 ns = 1000000;

AWAITABLE long packet_or_the_same_deadline(long verdict)
{
	return __fiber_suspend("home|timer", verdict, 0);
}

FIBER int waits(struct xdp_md *ctx)
{
#if defined(PLAIN)
	co_await next_packet(XDP_DROP);
#elif defined(SLEEPS)
	co_await sleep_ns(1000, XDP_DROP);
#elif defined(LONGER_FIRST)
	if (co_await next_packet_or_timeout(XDP_DROP, 2000000) != FIBER_PACKET)
		co_return 0;
#elif defined(SHORTER_FIRST)
	if (co_await next_packet_or_timeout(XDP_DROP, 500000) != FIBER_PACKET)
		co_return 0;
#elif defined(OWN_TIMER)
	if (bpf_timer_start(__fiber_timer(), 2000000, 0))
		co_return 0;
	co_await packet_or_the_same_deadline(XDP_DROP);
#endif
	do {
#if defined(GOES_ON)
		if (ns)
			co_await packet_or_the_same_deadline(XDP_DROP);
#endif
#if defined(VARIABLE)
		if (co_await next_packet_or_timeout(XDP_DROP, ns) == FIBER_PACKET)
#else
		if (co_await next_packet_or_timeout(XDP_DROP, 1000000) == FIBER_PACKET)
#endif
			continue;
	} while (ns);
	co_return 0;
}

DELIVER_PACKETS(waits);

// MOVES: define internal {{.*}}@waits__resume_xdp(
// MOVES-NOT: add i32 {{.*}}, -1
// MOVES-NOT: @__fiber_rt_start_timer(
// MOVES: store i32 %{{.*}}, ptr %deadline.addr
// MOVES-NOT: @__fiber_rt_start_timer(
// MOVES: {{^}}}

// SHORTER: define internal {{.*}}@waits__resume_xdp(
// SHORTER-NOT: @__fiber_rt_start_timer(
// SHORTER: {{^}}}

// STARTS: define internal {{.*}}@waits__{{start|resume_timer}}(
// STARTS: @__fiber_rt_start_timer(ptr {{.*}}, i64 1000000)
// STARTS: {{^}}}

// ASKS: define internal {{.*}}@waits__resume_xdp(
// ASKS: %[[OLD:.*]] = load i32, ptr %deadline.addr
// ASKS: store i32 %{{.*}}, ptr %deadline.addr
// ASKS: add i32 %[[OLD]], -1
// ASKS: @__fiber_rt_start_timer(
// ASKS: {{^}}}
