// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A verb that only resumes is for who waits for its context.
// RUN: %diagnosed
#include "fiber.h"

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
#ifdef WRONG
	co_await next_packet(XDP_DROP);
#else
	co_await next_event(tc, XDP_DROP);
#endif
	co_return XDP_PASS;
}

DELIVER_PACKETS(f);

SEC("tc") int egress(struct __sk_buff *skb)
{
	__u32 key = 0;

	return fiber_resume(&f_frames, f, &key, skb, 0); // SAYS: warning: this never resumes fiber 'f': none of its awaits waits for context 'tc' [bpf-fiber-never-awaited] // NOTE: it waits for 'xdp': call the verb in such a program, or await next_event(tc, ...) in the fiber
}
