// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// With a quantum the loops of an awaited fiber yield like those of the one that
// awaits it, and go on in a work item; its result comes out right.
// RUN: %everywhere %s %t -fbpf-fiber-quantum=2000
#include "kernel-test.h"

FRAMES(sums);

__u64 result, rounds;

FIBER __u32 hash_of(__u32 n)
{
	__u32 hash = 2166136261;

	for (__u32 i = 0; i < n; i++)
		hash = (hash ^ (i & 255)) * 16777619;
	co_return hash;
}

FIBER __u64 sum_of_hashes(struct xdp_md *ctx, __u32 n)
{
	__u64 sum = 0;

	for (__u32 i = 0; i < n; i++) {
		sum += co_await hash_of(500 + (i & 3));
		__sync_fetch_and_add(&rounds, 1);
	}
	co_return sum;
}

// DO: run deliver port=20 == XDP_DROP
// DO: wait frames[0].state == L*_next_packet
// DO: check rounds == 20
// DO: run deliver port=1 == 7
// DO: check #frames == 0
// DO: check result == 24043887870
FIBER int sums(struct xdp_md *ctx)
{
	__u64 sum = co_await sum_of_hashes(ctx, number(ctx));

	co_await next_packet(0);
	result = sum;
	co_return 7;
}

DELIVER_PACKETS(sums)
