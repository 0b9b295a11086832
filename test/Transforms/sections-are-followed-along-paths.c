// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What is open is asked along paths, as the verifier does: under the same
// condition it is opened and closed, a lock that failed is not held, what is
// taken twice must be given back twice.
// RUN: %refused %s | FileCheck %s --implicit-check-not=error: --implicit-check-not=warning:
// RUN: %compile -Werror -DRIGHT -c %s -o %t.o
// RUN: %compile -Werror -DRIGHT -O1 -c %s -o %t.o
// RUN: %compile -Werror -DRIGHT -Os -c %s -o %t.o
#include "fiber.h"

struct bpf_res_spin_lock {
	__u32 val;
};

struct bpf_iter_num {
	__u64 __opaque[1];
};

extern int bpf_res_spin_lock(struct bpf_res_spin_lock *lock) __weak __ksym;
extern void bpf_res_spin_unlock(struct bpf_res_spin_lock *lock) __weak __ksym;
extern void bpf_rcu_read_lock(void) __weak __ksym;
extern void bpf_rcu_read_unlock(void) __weak __ksym;
extern void bpf_preempt_disable(void) __weak __ksym;
extern void bpf_preempt_enable(void) __weak __ksym;
extern int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end) __weak __ksym;
extern int *bpf_iter_num_next(struct bpf_iter_num *it) __weak __ksym;
extern void bpf_iter_num_destroy(struct bpf_iter_num *it) __weak __ksym;

struct bpf_res_spin_lock lock SEC(".data.lock");
__u64 seen;

FRAMES(correlated);
FRAMES(fails);
FRAMES(nests);
FRAMES(elsewhere);
FRAMES(goes_round);
FRAMES(closes);

/* The condition is a local: the same at both places. */
FIBER int correlated(struct xdp_md *ctx)
{
	__u32 reads = ctx->ingress_ifindex & 1, waits = ctx->rx_queue_index;

	if (reads)
		bpf_rcu_read_lock();
	seen += waits;
#ifdef RIGHT
	if (reads)
#else
	if (waits)
#endif
		bpf_rcu_read_unlock();
	// CHECK: sections-are-followed-along-paths.c:[[@LINE+1]]:11: error: co_await while an RCU read-side section is open
	co_await next_packet(XDP_DROP);
	co_return XDP_DROP;
}

/* On the way where bpf_res_spin_lock() gave an error it is not held. */
FIBER int fails(struct xdp_md *ctx)
{
	int err = bpf_res_spin_lock(&lock);

#ifdef RIGHT
	if (err) {
#else
	if (!err) {
#endif
		// CHECK: sections-are-followed-along-paths.c:[[@LINE+1]]:12: error: co_await while a bpf_res_spin_lock is held
		co_await next_packet(XDP_DROP);
		co_return XDP_ABORTED;
	}
#ifdef RIGHT
	bpf_res_spin_unlock(&lock);
#endif
	co_return XDP_DROP;
}

FIBER int nests(struct xdp_md *ctx)
{
	bpf_preempt_disable();
	bpf_preempt_disable();
	seen++;
	bpf_preempt_enable();
#ifdef RIGHT
	bpf_preempt_enable();
#endif
	// CHECK: sections-are-followed-along-paths.c:[[@LINE+2]]:11: error: co_await while preemption is disabled
	// CHECK: sections-are-followed-along-paths.c:[[@LINE-8]]:2: note: since here
	co_await next_packet(XDP_DROP);
#ifndef RIGHT
	bpf_preempt_enable();
#endif
	co_return XDP_DROP;
}

/* The branch that locks is not the one that awaits. */
FIBER int elsewhere(struct xdp_md *ctx)
{
	for (int i = 0; i < 3; i++) {
		if (ctx->ingress_ifindex == i) {
			bpf_rcu_read_lock();
			seen++;
			bpf_rcu_read_unlock();
			continue;
		}
		co_await next_packet(XDP_DROP);
	}
	co_return XDP_DROP;
}

FIBER int goes_round(struct xdp_md *ctx)
{
	for (int i = 0; i < 3; i++) {
		// CHECK: sections-are-followed-along-paths.c:[[@LINE+1]]:12: error: co_await while an RCU read-side section is open
		co_await next_packet(XDP_DROP);
		bpf_rcu_read_lock();
		seen++;
#ifdef RIGHT
		bpf_rcu_read_unlock();
#endif
	}
#ifndef RIGHT
	bpf_rcu_read_unlock();
#endif
	co_return XDP_DROP;
}

/* One iterator, for loops on both sides of an await. */
FIBER int closes(struct xdp_md *ctx)
{
	__u32 twice = ctx->ingress_ifindex;
	struct bpf_iter_num it;
	int sum = 0, *n;

	if (twice)
		bpf_iter_num_new(&it, 0, 3);
	seen++;
	if (twice) {
		while ((n = bpf_iter_num_next(&it)))
			sum += *n;
		bpf_iter_num_destroy(&it);
	}
	co_await next_packet(XDP_DROP);
	bpf_iter_num_new(&it, 0, 4);
#ifndef RIGHT
	// CHECK: sections-are-followed-along-paths.c:[[@LINE+1]]:11: error: open iterator 'it' cannot live across this co_await
	co_await next_packet(XDP_DROP);
#endif
	while ((n = bpf_iter_num_next(&it)))
		sum += *n;
	bpf_iter_num_destroy(&it);
	co_return sum;
}

DELIVER_PACKETS(correlated);
DELIVER_PACKETS(fails);
DELIVER_PACKETS(nests);
DELIVER_PACKETS(elsewhere);
DELIVER_PACKETS(goes_round);
DELIVER_PACKETS(closes);

// CHECK: 5 errors generated.
