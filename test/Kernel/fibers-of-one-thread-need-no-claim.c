// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A FIBER_LOCAL_MAP(): the verbs work without a claim, replacing overwrites.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FIBER_LOCAL_MAP(frames, local, BPF_MAP_TYPE_HASH, __u32, 4);

// DO: run spawn port=5 == 5
// DO: run resume port=6 == 11
// DO: run spawn port=7 == 7
// DO: run resume port=8 == 15
// DO: run resume port=9 == 24
// DO: check #frames == 0
// DO: run resume port=9 == 999
// DO: check local_counters.absent == 1
// DO: run refuse port=1 == 1
// DO: run refuse port=1 == 999
// DO: check local_counters.exists == 1
// DO: run resume port=1 == 2
// DO: run destroy == 0
// DO: run destroy == -2
// DO: check #frames == 0
FIBER int local(struct xdp_md *ctx)
{
	int sum = number(ctx);

	for (int i = 0; i < 2; i++) {
		co_await next_packet(sum);
		sum += number(ctx);
	}
	co_return sum;
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
