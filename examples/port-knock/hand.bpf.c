// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * port-knock as a state machine written by hand: the same map, timeouts,
 * counters and exclusion of two CPUs as port-knock.bpf.c.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

#include "port-knock.h"

#define CLAIMED			0x80000000u
#define RETRY_NS		50000
/* Deadlines are kept in 2^20 ns, about a millisecond, to fit into 32 bits. */
#define DEADLINE_SHIFT		20

/*
 * @word: how many knocks were right (KNOCKS: open), and CLAIMED while a CPU is
 *	at it
 * @deadline: when the silence ends; 0: no timer is queued
 */
struct knock_session {
	__u32 word;
	__u32 deadline;
	struct bpf_timer timer;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_SESSIONS);
	__type(key, struct flow);
	__type(value, struct knock_session);
} sessions SEC(".maps");

/* @generation: deletions in progress in the low half, done in the high half */
struct {
	__u64 generation;
	__u64 busy;
	__u64 full;
	__u64 exists;
} counters;

static __always_inline __u32 claim(struct knock_session *s)
{
	return __sync_fetch_and_or(&s->word, CLAIMED);
}

static __always_inline void release(struct knock_session *s, __u32 word)
{
	__sync_lock_test_and_set(&s->word, word);
}

/* Only for who holds the claim. */
static __always_inline void remove(struct flow *key)
{
	__sync_fetch_and_add(&counters.generation, 1);
	bpf_map_delete_elem(&sessions, key);
	__sync_fetch_and_add(&counters.generation, (1ULL << 32) - 1);
}

static int silence(void *map, struct flow *key, struct knock_session *s)
{
	__u32 word = claim(s);
	__s32 left;

	if (word & CLAIMED) {
		bpf_timer_start(&s->timer, RETRY_NS, 0);
		return 0;
	}
	left = s->deadline - (__u32)(bpf_ktime_get_coarse_ns() >> DEADLINE_SHIFT);
	if (left > 0) {
		bpf_timer_start(&s->timer, (__u64)left << DEADLINE_SHIFT, 0);
		release(s, word);
		return 0;
	}
	remove(key);
	return 0;
}

/* Move the deadline; the timer is started once and follows it. */
static __always_inline long rearm(struct knock_session *s)
{
	__u32 old = s->deadline;

	s->deadline = (__u32)((bpf_ktime_get_coarse_ns() + SILENCE_NS) >> DEADLINE_SHIFT) | 1;
	if (old)
		return 0;
	return bpf_timer_start(&s->timer, SILENCE_NS, 0);
}

static __always_inline int first_knock(struct flow *key)
{
	static const struct {
		__u32 word;
		__u32 zero[(sizeof(struct knock_session) - sizeof(__u32)) / sizeof(__u32)];
	} fresh = { CLAIMED };
	struct knock_session *s;
	long err;

	err = bpf_map_update_elem(&sessions, key, &fresh, BPF_NOEXIST);
	if (err) {
		__sync_fetch_and_add(err == -17 /* EEXIST */ ? &counters.exists :
				     &counters.full, 1);
		return XDP_DROP;
	}
	s = bpf_map_lookup_elem(&sessions, key);
	if (!s)
		return XDP_DROP;
	bpf_timer_init(&s->timer, &sessions, 1 /* CLOCK_MONOTONIC */);
	bpf_timer_set_callback(&s->timer, silence);
	if (rearm(s))
		remove(key);
	else
		release(s, 1);
	return XDP_DROP;
}

static __always_inline int next_knock(struct flow *key, struct knock_session *s, __u32 heard,
				      __u32 port)
{
	int verdict = XDP_DROP;

	if (heard == KNOCKS) {
		if (port == GUARDED_PORT)
			verdict = XDP_PASS;
	} else if (port == KNOCK_PORT(heard)) {
		heard++;
	} else {
		remove(key);
		return XDP_DROP;
	}
	if (rearm(s)) {
		remove(key);
		return XDP_DROP;
	}
	release(s, heard);
	return verdict;
}

SEC("xdp") int firewall(struct xdp_md *ctx)
{
	__u64 generation, now;
	struct knock_session *s;
	struct flow key;
	__u32 port;
	__u32 word;

	if (!parse(ctx, &key, &port))
		return XDP_PASS;
	generation = *(volatile __u64 *)&counters.generation;
	s = bpf_map_lookup_elem(&sessions, &key);
	if (!s)
		return port == KNOCK_PORT(0) ? first_knock(&key) : XDP_DROP;
	word = claim(s);
	if (word & CLAIMED)
		goto busy;
	/*
	 * The element may have become another flow's since the lookup, if
	 * anything was deleted meanwhile.
	 */
	now = *(volatile __u64 *)&counters.generation;
	if ((now != generation || (__u32)now) && bpf_map_lookup_elem(&sessions, &key) != s) {
		release(s, word);
		goto busy;
	}
	return next_knock(&key, s, word, port);
busy:
	__sync_fetch_and_add(&counters.busy, 1);
	return XDP_DROP;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
