// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// With a quantum the loops of a fiber that is awaited at several places yield in
// the code that these have in common, and go on there; an await in a loop has its
// own code, so that the loop yields too. The results come out right.
// RUN: %everywhere %s %t -fbpf-fiber-quantum=2000
#include "kernel-test.h"

FRAMES(sums);

__u64 result;

FIBER __u32 hash_of(__u32 n)
{
	__u32 hash = 2166136261;

	for (__u32 i = 0; i < n; i++)
		hash = (hash ^ (i & 255)) * 16777619;
	co_return hash;
}

// DO: run deliver port=20 == XDP_DROP
// DO: wait frames[0].state == L*_next_packet
// DO: run deliver port=1 == 7
// DO: check #frames == 0
// DO: check result == 28476804208
// DO: check sums_counters.aborted == 0
FIBER int sums(struct xdp_md *ctx)
{
	__u32 n = number(ctx);
	__u64 sum = 0, before;

	for (__u32 i = 0; i < n; i++)
		sum += co_await hash_of(500 + (i & 3));
	before = sum;
	sum += co_await hash_of(n * 100);
	sum += co_await hash_of(5000);
	sum += before & co_await hash_of(n);
	co_await next_packet(0);
	result = sum;
	co_return 7;
}

DELIVER_PACKETS(sums)
