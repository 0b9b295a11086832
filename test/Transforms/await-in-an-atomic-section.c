// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A section that must end in the activation in which it began may not be open at
// an await, not even on one path; closed before it, it is right.
// RUN: %refused %s | FileCheck %s --implicit-check-not=error: --implicit-check-not=warning:
// RUN: %compile -Werror -DRIGHT -c %s -o %t.o
#include "fiber.h"

struct bpf_spin_lock {
	__u32 val;
};

struct bpf_res_spin_lock {
	__u32 val;
};

extern int bpf_res_spin_lock(struct bpf_res_spin_lock *lock) __weak __ksym;
extern void bpf_res_spin_unlock(struct bpf_res_spin_lock *lock) __weak __ksym;
extern void bpf_rcu_read_lock(void) __weak __ksym;
extern void bpf_rcu_read_unlock(void) __weak __ksym;
extern void bpf_preempt_disable(void) __weak __ksym;
extern void bpf_preempt_enable(void) __weak __ksym;
extern void bpf_local_irq_save(unsigned long *flags) __weak __ksym;
extern void bpf_local_irq_restore(unsigned long *flags) __weak __ksym;

struct bpf_spin_lock lock SEC(".data.lock");
struct bpf_res_spin_lock res_lock SEC(".data.lock");

#define FIBER_IN_SECTION(name, open, close)				\
	FRAMES(name);							\
	FIBER int name(struct xdp_md *ctx)				\
	{								\
		unsigned long flags;					\
		(void)flags;						\
		if (ctx->ingress_ifindex) {				\
			open; /* open name */				\
			RIGHT_CLOSE(close)				\
		}							\
		co_await next_packet(XDP_DROP);				\
		WRONG_CLOSE(close)					\
		co_return XDP_DROP;					\
	}								\
	DELIVER_PACKETS(name)

#ifdef RIGHT
#define RIGHT_CLOSE(close) close;
#define WRONG_CLOSE(close)
#else
#define RIGHT_CLOSE(close)
#define WRONG_CLOSE(close) close;
#endif

// CHECK: await-in-an-atomic-section.c:[[@LINE+3]]:1: error: co_await while a bpf_spin_lock is held [bpf-fiber-await-in-atomic-section]
// CHECK: await-in-an-atomic-section.c:[[@LINE+2]]:{{1|25}}: note: since here
// CHECK: await-in-an-atomic-section.c:[[@LINE+1]]:1: note: end the section before the co_await: another activation, perhaps on another CPU, would have to end it
FIBER_IN_SECTION(spins, bpf_spin_lock(&lock), bpf_spin_unlock(&lock));

// CHECK: await-in-an-atomic-section.c:[[@LINE+1]]:1: error: co_await while a bpf_res_spin_lock is held
FIBER_IN_SECTION(spins_resilient, if (bpf_res_spin_lock(&res_lock)) return 0, bpf_res_spin_unlock(&res_lock));

// CHECK: await-in-an-atomic-section.c:[[@LINE+1]]:1: error: co_await while an RCU read-side section is open
FIBER_IN_SECTION(reads, bpf_rcu_read_lock(), bpf_rcu_read_unlock());

// CHECK: await-in-an-atomic-section.c:[[@LINE+1]]:1: error: co_await while preemption is disabled
FIBER_IN_SECTION(hurries, bpf_preempt_disable(), bpf_preempt_enable());

// CHECK: await-in-an-atomic-section.c:[[@LINE+1]]:1: error: co_await while interrupts are disabled
FIBER_IN_SECTION(masks, bpf_local_irq_save(&flags), bpf_local_irq_restore(&flags));

// CHECK: 5 errors generated.
