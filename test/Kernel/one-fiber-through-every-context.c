// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// One fiber goes from XDP to tc, a timer, a work item, user space and back to
// XDP, and its locals go with it.
// RUN: %everywhere %s %t
// RUN: %everywhere %s %t-v2 -mcpu=v2
#include "kernel-test.h"

FRAMES(traveller);
FIBER_EVENTS(4096);

struct answer {
	__u32 key;
	__u32 token;
	__s64 value;
};

// DO: run deliver port=1 == XDP_PASS
// DO: check frames[0].state == L*_next_event
// DO: run deliver port=9 == 999
// DO: check traveller_counters.not_waiting == 1
// DO: run deliver_tc port=2 == TC_ACT_STOLEN
// DO: event last
// DO: run reply ctx=0,$last,5 == 0
// DO: check frames[0].state == L*_next_packet
// DO: run deliver_tc port=9 == 999
// DO: run deliver port=6 == 123456
// DO: check #frames == 0
FIBER int traveller(struct xdp_md *ctx)
{
	int trace = number(ctx);
	struct __sk_buff *skb = co_await next_event(tc, XDP_PASS);

	trace = trace * 10 + packet_number((void *)(long)skb->data,
					   (void *)(long)skb->data_end);
	if (co_await sleep_ns(NS_PER_MS) == FIBER_TIMEOUT)
		trace = trace * 10 + 3;
	if (co_await defer() == FIBER_WORK)
		trace = trace * 10 + 4;
	trace = trace * 10 + co_await yield_to_user();
	co_await next_packet(0);
	co_return trace * 10 + number(ctx);
}

DELIVER_PACKETS(traveller)

SEC("tc") int deliver_tc(struct __sk_buff *ctx)
{
	__u32 key = 0;

	return fiber_resume(&frames, traveller, &key, ctx, REFUSED);
}

SEC("syscall") int reply(struct answer *answer)
{
	__u32 key = answer->key;

	return fiber_reply(&frames, traveller, &key, answer, REFUSED, answer->token,
			   answer->value);
}
