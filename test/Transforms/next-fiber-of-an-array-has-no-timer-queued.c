// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The frame of an array keeps its timer: who destroys a fiber in it, or starts
// another one instead, cancels that (bpf_timer_cancel() is helper 172).
// RUN: %compile -S %s -o - | FileCheck %s
#include "fiber.h"

FIBER_MAP(waits_frames, waits, BPF_MAP_TYPE_ARRAY, __u32, 16);

FIBER int waits(struct xdp_md *ctx)
{
	co_await next_packet_or_timeout(XDP_DROP, 1000000);
	co_return 0;
}

// CHECK-LABEL: {{^}}stop:
// CHECK: call 172
// CHECK: .Lfunc_end
SEC("xdp") int stop(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_destroy(&waits_frames, waits, &key);
}

// It is cancelled before the new fiber arms it (bpf_timer_init() is 169); the
// second is for a timer that cannot be started.
// CHECK-LABEL: {{^}}replace:
// CHECK-NOT: call 169
// CHECK: call 172
// CHECK: call 169
// CHECK: call 172
// CHECK: .Lfunc_end
SEC("xdp") int replace(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_spawn(&waits_frames, waits, &key, ctx, FIBER_REPLACE, -1);
}

DELIVER_PACKETS(waits);
