// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// One fiber through the program types that have a packet as their context and
// can be test-run: socket filter, cgroup_skb, lwt, flow dissector.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FIBER_CONTEXT_NAMED(filter, struct __sk_buff);
FIBER_CONTEXT_NAMED(ingress, struct __sk_buff);
FIBER_CONTEXT_NAMED(route, struct __sk_buff);
FIBER_CONTEXT_NAMED(dissector, struct __sk_buff);

FRAMES(traveller);

__u32 lengths, protocol;

// DO: run on_filter == 7
// DO: check frames[0].state == L*_next_event
// DO: run on_filter == 9
// DO: run on_ingress == 1
// DO: run on_route == 0
// DO: check lengths > 100
// DO: run on_dissector == 0
// DO: check protocol != 0
// DO: check #frames == 0
// DO: check traveller_counters.not_waiting == 1
FIBER int traveller(struct __sk_buff *ctx)
{
	__u32 sum = ctx->len;
	struct __sk_buff *skb = co_await next_event(ingress, 7);

	sum += skb->len;
	skb = co_await next_event(route, 1);
	lengths = sum + skb->len;
	skb = co_await next_event(dissector, 0);
	protocol = skb->flow_keys->nhoff + 1;
	co_return 0;
}

SEC("socket") int on_filter(struct __sk_buff *ctx)
{
	__u32 key = 0;

	return fiber_deliver_in("filter", &frames, traveller, &key, ctx, 9);
}

SEC("cgroup_skb/ingress") int on_ingress(struct __sk_buff *ctx)
{
	__u32 key = 0;

	return fiber_resume_in("ingress", &frames, traveller, &key, ctx, 0) == 1;
}

SEC("lwt_in") int on_route(struct __sk_buff *ctx)
{
	__u32 key = 0;

	return fiber_resume_in("route", &frames, traveller, &key, ctx, 2) ? 2 : 0;
}

SEC("flow_dissector") int on_dissector(struct __sk_buff *ctx)
{
	__u32 key = 0;

	return fiber_resume_in("dissector", &frames, traveller, &key, ctx, 2) ? 2 : 0;
}
