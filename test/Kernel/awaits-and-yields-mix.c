// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A loop that awaits and computes: packets that come while the fiber has
// yielded are refused, and those it waits for resume it.
// RUN: %everywhere %s %t -fbpf-fiber-quantum=50
#include "kernel-test.h"

FRAMES(mixing);

__u64 total, packets;

// DO: run deliver port=1000
// DO: wait frames[0].state == L*_next_event
// DO: check packets == 1
// DO: run deliver port=2000
// DO: wait packets == 2
// DO: wait frames[0].state == L*_next_event
// DO: check total == 2498500
// DO: run deliver port=0 == 77
// DO: check #frames == 0
FIBER int mixing(struct xdp_md *ctx)
{
	struct xdp_md *packet = ctx;
	__u32 n;

	for (;;) {
		n = number(packet);
		if (!n)
			co_return 77;
		for (__u32 i = 0; i < n; i++)
			__sync_fetch_and_add(&total, i);
		packets++;
		packet = co_await next_event(xdp, 0);
	}
}

DELIVER_PACKETS(mixing)
