// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// co_return co_await: the fiber that awaits is over, and the one that is awaited
// goes on in its place, through a chain of them and in a choice between two.
// What the first ones kept is not in the states of the last, which is one piece
// of code here.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(greet);

FIBER int farewell(struct xdp_md *ctx, __u32 words)
{
	co_await next_packet(words);
	co_return words * 10 + number(ctx);
}

FIBER int talk(struct xdp_md *ctx)
{
	__u32 words = 0;

	while (number(ctx)) {
		words += number(ctx);
		co_await next_packet(words);
	}
	co_return co_await farewell(ctx, words);
}

FIBER int listen(struct xdp_md *ctx, __u32 patience)
{
	__u8 heard[4] = {};

	for (__u32 i = 0; i < patience && i < 4; i++) {
		heard[i] = number(ctx);
		if (co_await sleep_ns(NS_PER_MS, i) != FIBER_TIMEOUT)
			co_return REFUSED;
		co_await next_packet(0);
	}
	co_return co_await farewell(ctx, heard[0] + heard[1] + heard[2] + heard[3]);
}

// DO: run deliver port=1 == XDP_PASS
// DO: run deliver port=5 == 5
// DO: check frames[0].state == L*_talk__L*_next_packet
// DO: run deliver port=6 == 11
// DO: run deliver port=0 == 11
// DO: check frames[0].farewell_returns_to == L*_talk__L*_farewell
// DO: run deliver port=4 == 114
// DO: check #frames == 0
// DO: run deliver port=2 == XDP_PASS
// DO: run deliver port=30 == 0
// DO: wait frames[0].state == L*_listen__L*_next_packet
// DO: run deliver port=40 == 1
// DO: wait frames[0].state == L*_listen__L*_next_packet
// DO: run deliver port=50 == 70
// DO: check frames[0].farewell_returns_to == L*_listen__L*_farewell
// DO: run deliver port=3 == 703
// DO: check #frames == 0
FIBER int greet(struct xdp_md *ctx)
{
	int name = number(ctx);

	co_await next_packet(XDP_PASS);
	if (name == 1)
		co_return co_await talk(ctx);
	co_return co_await listen(ctx, name);
}

DELIVER_PACKETS(greet)
