// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A kfunc is newer than the oldest kernel; asked first, it is not called there.
// RUN: %diagnosed
// OPTIONS: -fbpf-fiber-kernel=6.1
#include "fiber.h"

extern void bpf_rcu_read_lock(void) __weak __ksym;
extern void bpf_rcu_read_unlock(void) __weak __ksym;

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
#ifdef WRONG
	bpf_rcu_read_lock(); // SAYS: error: bpf_rcu_read_lock() needs Linux 6.2, and the object is to load on 6.1 [bpf-fiber-kernel]
#else
	if (bpf_rcu_read_lock && bpf_rcu_read_unlock) {
		bpf_rcu_read_lock();
		bpf_rcu_read_unlock();
	}
#endif
	co_return XDP_PASS;
}

DELIVER_PACKETS(f);
