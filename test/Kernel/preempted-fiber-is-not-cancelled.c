// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A fiber that has yielded waits in no await: to fiber_destroy() it is running.
// RUN: %everywhere %s %t -fbpf-fiber-quantum=200
#include "kernel-test.h"

struct args {
	__u32 rounds;
};

FIBER_MAP(frames, busy, BPF_MAP_TYPE_HASH, __u32, 4);

int cancelled;

// DO: run step ctx=100 == -11
// DO: run destroy ctx=0 == -16
// DO: check busy_counters.busy == 1
// DO: check frames[0].state == L*_yield
// DO: set busy_quantum = 1000000
// DO: run step ctx=0 == 5
// DO: check frames[0].state == L*_next_packet
// DO: run destroy ctx=0 == 0
// DO: check cancelled == 1
// DO: check #frames == 0
FIBER_CANCELLABLE int busy(struct args *ctx)
{
	__u32 rounds = ctx->rounds, sum = 0;

	for (__u32 i = 0; i < rounds; i++)
		sum += bpf_get_prandom_u32();
	if (co_await next_packet(5) == FIBER_CANCELED)
		cancelled++;
	co_return sum & 1;
}

SEC("syscall") int step(struct args *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&frames, busy, &key, ctx, REFUSED);
}

SEC("syscall") int destroy(struct args *ctx)
{
	__u32 key = 0;

	return fiber_destroy(&frames, busy, &key);
}
