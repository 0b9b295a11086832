// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The frame of an array outlives a fiber that is aborted, and its timer, which
// may be queued, is that of the next one: it is stopped.
// RUN: %lowered=waits__resume_xdp %s 2>&1 | FileCheck %s
#include "fiber.h"

FIBER_MAP(waits_frames, waits, BPF_MAP_TYPE_ARRAY, __u32, 16);

FIBER int waits(struct xdp_md *ctx)
{
	if (co_await next_packet_or_timeout(XDP_DROP, 1000000) == FIBER_PACKET)
		__fiber_abort();
	co_return 0;
}

DELIVER_PACKETS(waits);

// CHECK: define internal {{.*}}@waits__resume_xdp(
// CHECK: call void @__fiber_rt_aborted(
// CHECK: call void @__fiber_rt_stop_timer(
// CHECK: call void @__fiber_release(
// CHECK: {{^}}}
