// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// An RCU section ends in the activation in which it began.
// RUN: %diagnosed
#include "fiber.h"

extern void bpf_rcu_read_lock(void) __ksym;
extern void bpf_rcu_read_unlock(void) __ksym;

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
#ifdef WRONG
	bpf_rcu_read_lock();
	co_await next_packet(XDP_DROP); // SAYS: error: co_await while an RCU read-side section is open [bpf-fiber-await-in-atomic-section]
	bpf_rcu_read_unlock();
#else
	bpf_rcu_read_lock();
	bpf_rcu_read_unlock();
	co_await next_packet(XDP_DROP);
#endif
	co_return XDP_PASS;
}

DELIVER_PACKETS(f);
