// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * long-sum cut into pieces by hand: the loop's variables live in a map value,
 * and a work item takes it up where the last piece left it.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

#include "long-sum.h"

/* Iterations of one piece. */
#ifndef QUANTUM
#define QUANTUM		1024
#endif

#define CLAIMED		0x80000000u

extern int bpf_wq_init(struct bpf_wq *wq, void *p__map, unsigned int flags) __ksym;
extern int bpf_wq_start(struct bpf_wq *wq, unsigned int flags) __ksym;
extern int bpf_wq_set_callback_impl(struct bpf_wq *wq,
				    int (callback)(void *map, int *key, void *value),
				    unsigned int flags, void *aux__ign) __ksym;

/* @word: 0 idle, 1 suspended, and CLAIMED while a CPU is at it */
struct sum_state {
	__u32 word;
	__u32 i;
	__u32 n;
	__u64 sum;
	struct bpf_wq wq;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct sum_state);
} sums SEC(".maps");

struct {
	__u64 busy;
	__u64 exists;
	__u64 aborted;
} counters;

/*
 * In memory, where the verifier does not know it: with a known bound it walks
 * through every iteration.  may_goto is what ends the loop for it; at run time
 * the budget is used up long before.
 */
__u32 quantum = QUANTUM;

static __always_inline bool piece(struct sum_state *s)
{
	__u32 budget = quantum, n = s->n;
	/* Not as a constant that the caller has just stored, see above. */
	__u32 i = *(volatile __u32 *)&s->i;
	__u64 sum = s->sum;
	__u64 *number;
	__u32 key;

	for (; i < n; i++) {
		if (!budget--)
			break;
		asm volatile goto("may_goto %l[out]" :::: out);
		key = i;
		number = bpf_map_lookup_elem(&numbers, &key);
		if (number)
			sum += *number;
	}
out:
	s->i = i;
	s->sum = sum;
	return i >= n;
}

/* Run a piece of a claimed sum, and queue the next one. */
static __always_inline void go_on(struct sum_state *s)
{
	__u32 next = 0;

	if (piece(s)) {
		result = s->sum;
		__sync_fetch_and_add(&finished, 1);
	} else if (bpf_wq_start(&s->wq, 0)) {
		__sync_fetch_and_add(&counters.aborted, 1);
	} else {
		next = 1;
	}
	__sync_lock_test_and_set(&s->word, next);
}

static int work(void *map, int *key, void *value)
{
	struct sum_state *s = value;
	__u32 word = __sync_fetch_and_or(&s->word, CLAIMED);

	/* Queued by a piece that has not let go of the claim yet: come back. */
	if (word & CLAIMED)
		bpf_wq_start(&s->wq, 0);
	else if (word)
		go_on(s);
	else
		__sync_lock_test_and_set(&s->word, word);
	return 0;
}

SEC("xdp") int start(struct xdp_md *ctx)
{
	struct sum_state *s;
	__u32 key = 0, word;

	s = bpf_map_lookup_elem(&sums, &key);
	if (!s)
		return XDP_PASS;
	word = __sync_fetch_and_or(&s->word, CLAIMED);
	if (word & CLAIMED) {
		__sync_fetch_and_add(&counters.busy, 1);
		return XDP_PASS;
	}
	if (word) {
		__sync_lock_test_and_set(&s->word, word);
		__sync_fetch_and_add(&counters.exists, 1);
		return XDP_PASS;
	}
	/* Fails harmlessly after the first time. */
	bpf_wq_init(&s->wq, &sums, 0);
	bpf_wq_set_callback_impl(&s->wq, work, 0, NULL);
	s->i = 0;
	s->n = how_many;
	s->sum = 0;
	go_on(s);
	return XDP_DROP;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
