// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Preemption is on again where an activation ends.
// RUN: %diagnosed
#include "fiber.h"

extern void bpf_preempt_disable(void) __ksym;
extern void bpf_preempt_enable(void) __ksym;

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
#ifdef WRONG
	bpf_preempt_disable();
	co_await next_packet(XDP_DROP); // SAYS: error: co_await while preemption is disabled [bpf-fiber-await-in-atomic-section]
	bpf_preempt_enable();
#else
	bpf_preempt_disable();
	bpf_preempt_enable();
	co_await next_packet(XDP_DROP);
#endif
	co_return XDP_PASS;
}

DELIVER_PACKETS(f);
