// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Two fibers in one file, run by one program, have frames, states and counters
// of their own; one of them starts the other.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FIBER_MAP(firsts, first, BPF_MAP_TYPE_HASH, __u32, 4);
FIBER_MAP(seconds, second, BPF_MAP_TYPE_ARRAY, __u32, 4);

FIBER int second(struct xdp_md *ctx, __u32 base)
{
	for (int i = 1;; i++)
		co_await next_packet(base + i);
}

// DO: run deliver port=0 == 1
// DO: check firsts[0].state == L*_next_packet
// DO: check seconds[0].state == NONE
// DO: run deliver port=0 == 101
// DO: check seconds[0].i == 1
// DO: check seconds[0].base == 100
// DO: run deliver port=1 == 102
// DO: run deliver port=0 == 3
// DO: check #firsts == 0
// DO: run deliver port=1 == 103
FIBER int first(struct xdp_md *ctx)
{
	__u32 key = 0;
	long verdict;

	co_await next_packet(1);
	verdict = fiber_spawn(&seconds, second, &key, ctx, FIBER_REFUSE, REFUSED, 100);
	co_await next_packet(verdict);
	co_return 3;
}

SEC("xdp") int deliver(struct xdp_md *ctx)
{
	__u32 key = 0;

	if (number(ctx))
		return fiber_deliver(&seconds, second, &key, ctx, REFUSED, 0);
	return fiber_deliver(&firsts, first, &key, ctx, REFUSED);
}
