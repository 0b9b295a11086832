// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Code that ends its locks, sections, iterators and dynptrs before an await
// runs, under conditions, in loops, and when they are used anew behind it.
// RUN: %everywhere %s %t
#include "kernel-test.h"
#include <bpf/bpf_endian.h>

FRAMES(careful);

struct locked {
	struct bpf_spin_lock lock;
	__u32 sum;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct locked);
} sums SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} records SEC(".maps");

extern void bpf_rcu_read_lock(void) __ksym;
extern void bpf_rcu_read_unlock(void) __ksym;
extern void bpf_preempt_disable(void) __ksym;
extern void bpf_preempt_enable(void) __ksym;
extern int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end) __ksym;
extern int *bpf_iter_num_next(struct bpf_iter_num *it) __ksym;
extern void bpf_iter_num_destroy(struct bpf_iter_num *it) __ksym;
extern int bpf_dynptr_from_xdp(struct xdp_md *xdp, __u64 flags, struct bpf_dynptr *ptr) __ksym;

__u32 total;

/* Under one condition, which is asked again before the await. */
static __always_inline void add(int n)
{
	bool reads = n & 1, holds = n & 2;

	if (reads)
		bpf_rcu_read_lock();
	if (holds)
		bpf_preempt_disable();
	total += n;
	if (holds)
		bpf_preempt_enable();
	if (reads)
		bpf_rcu_read_unlock();
}

// DO: run deliver port=3 == 1
// DO: check total == 6
// DO: run deliver port=2 == 2
// DO: check total == 17
// DO: run deliver port=5 == 30
// DO: check #frames == 0
// DO: check careful_counters.aborted == 0
FIBER int careful(struct xdp_md *ctx)
{
	struct bpf_iter_num it;
	struct bpf_dynptr packet, record;
	struct locked *locked;
	__u32 zero = 0;
	__u16 port;
	int *n, result;

	for (int i = 1; i < 3; i++) {
		add(number(ctx));
		bpf_dynptr_from_xdp(ctx, 0, &packet);
		if (bpf_dynptr_read(&port, sizeof(port), &packet, 36, 0))
			co_return 1000;
		total += bpf_ntohs(port);
		locked = bpf_map_lookup_elem(&sums, &zero);
		if (!locked)
			co_return 1001;
		bpf_spin_lock(&locked->lock);
		locked->sum += bpf_ntohs(port);
		bpf_spin_unlock(&locked->lock);
		if (bpf_ringbuf_reserve_dynptr(&records, 8, 0, &record))
			bpf_ringbuf_discard_dynptr(&record, 0);
		else
			bpf_ringbuf_submit_dynptr(&record, 0);
		bpf_iter_num_new(&it, 0, 4);
		while ((n = bpf_iter_num_next(&it)))
			if (i == 2)
				total += *n > 1 ? *n - 1 : 0, total++;
		bpf_iter_num_destroy(&it);
		co_await next_packet(i);
	}
	result = 0;
	bpf_dynptr_from_xdp(ctx, 0, &packet);
	if (bpf_dynptr_read(&port, sizeof(port), &packet, 36, 0))
		co_return 1000;
	bpf_iter_num_new(&it, 0, 4);
	while ((n = bpf_iter_num_next(&it)))
		result += bpf_ntohs(port);
	bpf_iter_num_destroy(&it);
	locked = bpf_map_lookup_elem(&sums, &zero);
	if (!locked)
		co_return 1001;
	bpf_spin_lock(&locked->lock);
	result += locked->sum + 5;
	bpf_spin_unlock(&locked->lock);
	co_return result;
}

DELIVER_PACKETS(careful)
