// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// An answer to an earlier wait, to an earlier fiber under the same key, or to
// no fiber at all changes nothing and is counted.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(asking);
FIBER_EVENTS(4096);

struct answer {
	__u32 key;
	__u32 token;
	__s64 value;
};

// DO: run deliver == XDP_DROP
// DO: event first
// DO: run reply ctx=0,$first,1 == 0
// DO: event second
// DO: run reply ctx=0,$first,2 == 999
// DO: check asking_counters.stale == 1
// DO: check frames[0].state == L*_yield_to_user
// DO: run reply ctx=0,$second,3 == 4
// DO: check #frames == 0
// DO: run reply ctx=0,$second,3 == 999
// DO: check asking_counters.absent == 1
// DO: run deliver == XDP_DROP
// DO: event third
// DO: run reply ctx=0,$second,3 == 999
// DO: check asking_counters.stale == 2
// DO: run reply ctx=0,$third,1 == 0
FIBER int asking(struct xdp_md *ctx)
{
	long sum = co_await yield_to_user();

	sum += co_await yield_to_user();
	co_return sum;
}

DELIVER_PACKETS(asking)

SEC("syscall") int reply(struct answer *answer)
{
	__u32 key = answer->key;

	return fiber_reply(&frames, asking, &key, answer, REFUSED, answer->token,
			   answer->value);
}
