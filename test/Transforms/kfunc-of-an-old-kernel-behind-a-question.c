// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What is called whatever the kernel answered was not asked for; and a kfunc is
// as old as itself, not as the family that its name begins like.
// RUN: %refused -fbpf-fiber-kernel=5.12 %s | FileCheck %s --implicit-check-not=error:
// RUN: %refused -fbpf-fiber-kernel=6.5 %s | FileCheck --check-prefix=FAMILY %s --implicit-check-not=error:
// RUN: %compile -Werror -fbpf-fiber-kernel=6.8 -c %s -o %t.o
#include "fiber.h"

struct cpumask;

extern void bpf_rcu_read_lock(void) __weak __ksym;
extern void bpf_rcu_read_unlock(void) __weak __ksym;
extern __u32 bpf_cpumask_weight(const struct cpumask *mask) __weak __ksym;

FRAMES(f);

__u32 answered;

FIBER int f(struct xdp_md *ctx)
{
	co_await next_packet(1);
	if (bpf_rcu_read_lock) {
		answered++;
		asm volatile("" ::: "memory");
	}
	// CHECK: .c:[[@LINE+1]]:2: error: bpf_rcu_read_lock() needs Linux 6.2
	bpf_rcu_read_lock();
	if (bpf_rcu_read_unlock)
		bpf_rcu_read_unlock();
	// CHECK: .c:[[@LINE+2]]:12: error: bpf_cpumask_weight() needs Linux 6.8
	// FAMILY: .c:[[@LINE+1]]:12: error: bpf_cpumask_weight() needs Linux 6.8
	co_return bpf_cpumask_weight(0);
}

DELIVER_PACKETS(f);
