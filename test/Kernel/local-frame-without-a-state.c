// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A frame that nobody claims and that waits in one place is what it keeps, and
// nothing else; what it does not wait for, of which the compiler warns, leaves
// it alone.
// RUN: %everywhere %s %t -Wno-error
#include "kernel-test.h"

FIBER_LOCAL_MAP(frames, local, BPF_MAP_TYPE_HASH, __u32, 4);

// DO: check frames.value_size == 8
// DO: run spawn port=5 == 1
// DO: run from_user == 999
// DO: check local_counters.not_waiting == 1
// DO: run refuse port=1 == 999
// DO: check local_counters.exists == 1
// DO: run resume port=6 == 11
// DO: check #frames == 0
// DO: run resume port=6 == 999
// DO: run spawn port=7 == 1
// DO: run spawn port=8 == 1
// DO: run resume port=1 == 9
// DO: run spawn port=8 == 1
// DO: run destroy == 0
// DO: check #frames == 0
FIBER int local(struct xdp_md *ctx)
{
	__u64 stamp = bpf_ktime_get_ns() * 1000 + number(ctx);

	co_await next_packet(1);
	co_return stamp % 1000 + number(ctx);
}

SEC("xdp") int spawn(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_spawn(&frames, local, &key, ctx, FIBER_REPLACE, REFUSED);
}

SEC("xdp") int refuse(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_spawn(&frames, local, &key, ctx, FIBER_REFUSE, REFUSED);
}

SEC("xdp") int resume(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_resume(&frames, local, &key, ctx, REFUSED);
}

SEC("xdp") int destroy(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_destroy(&frames, local, &key);
}

SEC("syscall") int from_user(void *ctx)
{
	__u32 key = 0;

	return fiber_resume(&frames, local, &key, ctx, REFUSED);
}
