// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A section that is opened and closed under one condition, with so much between
// that the optimiser does not make one branch of it, is closed at the await.
// RUN: %compile -Werror -c %s -o %t.o
#include "fiber.h"

extern void bpf_rcu_read_lock(void) __ksym;
extern void bpf_rcu_read_unlock(void) __ksym;

FRAMES(reads);

volatile __u32 cells[32];

FIBER int reads(struct xdp_md *ctx)
{
	_Bool locks = cells[31] > 3;

	if (locks)
		bpf_rcu_read_lock();
#pragma unroll
	for (int i = 0; i < 30; i++)
		cells[i]++;
	if (locks)
		bpf_rcu_read_unlock();
	co_await next_packet(1);
	co_return 2;
}

DELIVER_PACKETS(reads);
