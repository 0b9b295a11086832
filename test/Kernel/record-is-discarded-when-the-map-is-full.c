// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A fiber with a timer gets its frame where it first suspends; where that is in
// yield_to_user() and there is no room, user space does not hear of it.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(asking);
FIBER_EVENTS(4096);

struct answer {
	__u32 key;
	__u32 token;
	__s64 value;
};

// DO: run deliver port=1 == XDP_DROP
// DO: run deliver port=2 == XDP_DROP
// DO: run deliver port=3 == XDP_DROP
// DO: run deliver port=4 == XDP_DROP
// DO: run deliver port=5 == 999
// DO: check asking_counters.full == 1
// DO: event a from 1
// DO: event b from 2
// DO: event c from 3
// DO: event d from 4
// DO: run reply ctx=2,$b,1 == 0
// DO: wait #frames == 3
// DO: run deliver port=5 == XDP_DROP
// DO: event e from 5
FIBER int asking(struct xdp_md *ctx)
{
	if (co_await yield_to_user() > 0)
		co_await sleep_ns(NS_PER_MS);
	co_return 0;
}

SEC("xdp") int deliver(struct xdp_md *ctx)
{
	__u32 key = number(ctx);

	return fiber_deliver(&frames, asking, &key, ctx, REFUSED);
}

SEC("syscall") int reply(struct answer *answer)
{
	__u32 key = answer->key;

	return fiber_reply(&frames, asking, &key, answer, REFUSED, answer->token,
			   answer->value);
}
