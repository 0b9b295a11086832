// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// yield_to_user() tells user space who waits, and its value is the answer; the
// SYSCALL program that answers gets the fiber's next verdict.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(asking);
FIBER_EVENTS(4096);

struct answer {
	__u32 key;
	__u32 token;
	__s64 value;
};

// DO: run deliver port=5 == XDP_DROP
// DO: check frames[3].state == L*_yield_to_user
// DO: event first from 3
// DO: run reply ctx=3,$first,-7 == 0
// DO: event second from 3
// DO: check frames[3].sum == -2
// DO: run reply ctx=3,$second,0x100000000 == 77
// DO: check #frames == 0
// DO: check total == 4294967294
__s64 total;

FIBER int asking(struct xdp_md *ctx)
{
	__s64 sum = number(ctx);

	sum += co_await yield_to_user();
	sum += co_await yield_to_user();
	total = sum;
	co_return 77;
}

SEC("xdp") int deliver(struct xdp_md *ctx)
{
	__u32 key = 3;

	return fiber_deliver(&frames, asking, &key, ctx, REFUSED);
}

SEC("syscall") int reply(struct answer *answer)
{
	__u32 key = answer->key;

	return fiber_reply(&frames, asking, &key, answer, REFUSED, answer->token,
			   answer->value);
}
