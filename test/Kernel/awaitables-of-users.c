// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// An awaitable written by a user arms its own wake-ups, waits for several
// kinds at once and says which one came.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(custom);

struct poke {
	__u32 key;
};

AWAITABLE long packet_or_poke(long verdict)
{
	return __fiber_suspend("xdp|syscall", verdict, 0);
}

AWAITABLE long poke_or_time(__u64 ns)
{
	long err = bpf_timer_start(__fiber_timer(), ns, 0);

	if (err)
		return err;
	return __fiber_suspend("syscall|timer", FIBER_CONSUME, 0);
}

// DO: run deliver port=4 == 4
// DO: run deliver port=5 == 9
// DO: run poke ctx=0 == 9
// DO: check frames[0].state == L*_packet_or_poke
// DO: run deliver port=0 == XDP_DROP
// DO: check frames[0].state == L*_poke_or_time
// DO: run deliver port=9 == 999
// DO: wait timeouts == 1
// DO: run poke ctx=0 == 1
// DO: check #frames == 0
int timeouts;

FIBER int custom(struct xdp_md *ctx)
{
	int sum = number(ctx);

	for (;;) {
		if (co_await packet_or_poke(sum) != FIBER_PACKET)
			continue;
		if (!number(ctx))
			break;
		sum += number(ctx);
	}
	while (co_await poke_or_time(300 * NS_PER_MS) == FIBER_TIMEOUT) {
		timeouts++;
		if (co_await packet_or_poke(0) == FIBER_USER)
			co_return timeouts;
	}
	co_return -1;
}

DELIVER_PACKETS(custom)

SEC("syscall") int poke(struct poke *ctx)
{
	__u32 key = ctx->key;

	return fiber_resume(&frames, custom, &key, ctx, REFUSED);
}
