// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// One wait and two wake-ups, in every combination that the language has: each
// wins once, and what comes late is refused.
// RUN: %everywhere %s %t
#include "kernel-test.h"

struct poke {
	__u32 key;
	__u32 n;
};

struct answer {
	__u32 key;
	__u32 token;
	__s64 value;
};

FIBER_CONTEXT(poke, struct poke);

FRAMES(waiting);
FIBER_EVENTS(4096);

int trace;

// Packet or user: a packet comes first, and the answer is stale.
// DO: run deliver port=1 == 1
// DO: event first
// DO: run deliver port=5 == 2
// DO: check trace == 15
// DO: event second
// DO: run reply ctx=0,$first,7 == 999
// DO: check waiting_counters.stale == 1
// DO: run reply ctx=0,$second,-6 == 0
// DO: check trace == 144
// An answer given twice is stale, also when the fiber waits for user space.
// DO: check frames[0].state == L*_next_event
// DO: run reply ctx=0,$second,-6 == 999
// DO: run reply ctx=0,0,-6 == 999
// DO: check waiting_counters.stale == 3
// DO: run go_on ctx=0,0,0 == 0
// User space or a time: an answer, then silence, then an answer too late.
// DO: event third
// DO: run reply ctx=0,$third,3 == 0
// DO: check trace == 1443
// DO: event fourth
// DO: wait trace == 14439
// DO: run reply ctx=0,$fourth,1 == 999
// DO: check waiting_counters.stale == 4
// An event or a time.
// DO: run make_poke ctx=0,8 == 0
// DO: wait trace == 1443982
// DO: run make_poke ctx=0,8 == 999
// DO: check waiting_counters.not_waiting == 1
// DO: run deliver port=1 == 3
// DO: check #frames == 0
// DO: check waiting_counters.aborted == 0
FIBER int waiting(struct xdp_md *ctx)
{
	int start = number(ctx);
	struct poke *poke;

	trace = start;
	if (co_await next_packet_or_reply(1) != FIBER_PACKET)
		co_return -1;
	trace = trace * 10 + number(ctx);
	switch (co_await next_packet_or_reply(2)) {
	case FIBER_USER:
		trace = trace * 10 + (int)fiber_value();
		break;
	case FIBER_PACKET:
		co_return -number(ctx);
	default:
		co_return -2;
	}
	co_await next_event(syscall, 0);
	if (co_await yield_to_user_or_timeout(0, 60000 * NS_PER_MS) == FIBER_USER)
		trace = trace * 10 + (int)fiber_value();
	if (co_await yield_to_user_or_timeout(0, 300 * NS_PER_MS) == FIBER_TIMEOUT)
		trace = trace * 10 + 9;
	poke = co_await next_event_or_timeout(poke, 0, 60000 * NS_PER_MS);
	if (!poke)
		co_return -3;
	trace = trace * 10 + poke->n;
	poke = co_await next_event_or_timeout(poke, 0, 50 * NS_PER_MS);
	trace = trace * 10 + (poke ? poke->n : 2);
	co_await next_packet(0);
	co_return 3;
}

DELIVER_PACKETS(waiting)

SEC("syscall") int reply(struct answer *answer)
{
	__u32 key = answer->key;

	return fiber_reply(&frames, waiting, &key, answer, REFUSED, answer->token,
			   answer->value);
}

SEC("syscall") int go_on(struct answer *answer)
{
	__u32 key = answer->key;

	return fiber_resume(&frames, waiting, &key, answer, REFUSED);
}

SEC("syscall") int make_poke(struct poke *poke)
{
	__u32 key = poke->key;

	return fiber_resume(&frames, waiting, &key, poke, REFUSED);
}
