// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * conn-timeout as a state machine written by hand: the same map, timeouts,
 * counters and exclusion of two CPUs as conn-timeout.bpf.c.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

#include "conn-timeout.h"

#define CLAIMED		0x80000000u
#define RETRY_NS	50000
/*
 * Deadlines are kept in 2^20 ns, about a millisecond, to fit into 31 bits; the
 * top bit is set, so that any is larger than 0, when no timer is queued.
 */
#define DEADLINE_SHIFT	20
#define DEADLINE_SET	0x80000000u

/* In the order of a connection's life; CLIENT, if the higher end has begun. */
enum phase {
	SYN_SENT = 1,
	SYN_RECEIVED,
	ESTABLISHED,
	CLOSING,
	STATES = 0xff,
	CLIENT = 0x100,
};

/*
 * @word: the state, and CLAIMED while a CPU is at it
 * @ack: what the next segment of the handshake acknowledges
 * @deadline: when the state ends; 0: no timer is queued
 */
struct conn {
	__u32 word;
	__u32 ack;
	__u32 deadline;
	struct bpf_timer timer;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_CONNECTIONS);
	__type(key, struct flow);
	__type(value, struct conn);
} connections SEC(".maps");

/* @generation: deletions that have ended, negative while one is in progress */
struct {
	__s64 generation;
	__u64 busy;
	__u64 full;
	__u64 exists;
} counters;

#define DELETING	(-(1LL << 50))

static __always_inline __u32 claim(struct conn *c)
{
	return __sync_fetch_and_or(&c->word, CLAIMED);
}

static __always_inline void release(struct conn *c, __u32 word)
{
	__sync_lock_test_and_set(&c->word, word);
}

/* Only for who holds the claim. */
static __always_inline void remove(struct flow *key)
{
	__sync_fetch_and_add(&counters.generation, DELETING);
	bpf_map_delete_elem(&connections, key);
	__sync_fetch_and_add(&counters.generation, 1 - DELETING);
}

static int expired(void *map, struct flow *key, struct conn *c)
{
	__u32 word = claim(c);
	__s32 left;

	if (word & CLAIMED) {
		bpf_timer_start(&c->timer, RETRY_NS, 0);
		return 0;
	}
	left = c->deadline - (__u32)(bpf_ktime_get_coarse_ns() >> DEADLINE_SHIFT);
	left = (__s32)((__u32)left << 1) >> 1;
	if (left > 0) {
		bpf_timer_start(&c->timer, (__u64)left << DEADLINE_SHIFT, 0);
		release(c, word);
		return 0;
	}
	switch (word & STATES) {
	case SYN_SENT:
	case SYN_RECEIVED:
		COUNT(half_open, -1);
		COUNT(timed_out, 1);
		break;
	case ESTABLISHED:
		COUNT(established, -1);
		COUNT(idle, 1);
		break;
	}
	remove(key);
	return 0;
}

/* Move the deadline; a timer that is queued follows it, unless it would be late. */
static __always_inline long rearm(struct conn *c, __u64 ns)
{
	__u32 old = c->deadline, end;

	end = (__u32)((bpf_ktime_get_coarse_ns() + ns) >> DEADLINE_SHIFT) | DEADLINE_SET;
	c->deadline = end;
	if ((__s32)(end - old) >= 0)
		return 0;
	return bpf_timer_start(&c->timer, ns, 0);
}

static __always_inline bool too_many(void)
{
	if (stats.half_open < half_open_limit)
		return false;
	COUNT(refused, 1);
	return true;
}

/* A SYN. */
static __always_inline int begin(struct flow *key, struct conn *c, struct segment *segment)
{
	if (rearm(c, HANDSHAKE_NS)) {
		remove(key);
		return XDP_DROP;
	}
	COUNT(half_open, 1);
	c->ack = segment->seq + 1;
	release(c, segment->from ? SYN_SENT | CLIENT : SYN_SENT);
	return XDP_PASS;
}

static __always_inline int first_segment(struct flow *key, struct segment *segment)
{
	static const struct {
		__u32 word;
		__u32 zero[(sizeof(struct conn) - sizeof(__u32)) / sizeof(__u32)];
	} fresh = { CLAIMED };
	struct conn *c;
	long err;

	if (segment->flags != SYN || too_many())
		return XDP_DROP;
	err = bpf_map_update_elem(&connections, key, &fresh, BPF_NOEXIST);
	if (err) {
		__sync_fetch_and_add(err == -17 /* EEXIST */ ? &counters.exists :
				     &counters.full, 1);
		return XDP_DROP;
	}
	c = bpf_map_lookup_elem(&connections, key);
	if (!c)
		return XDP_DROP;
	bpf_timer_init(&c->timer, &connections, 1 /* CLOCK_MONOTONIC */);
	bpf_timer_set_callback(&c->timer, expired);
	return begin(key, c, segment);
}

/* A segment of a connection that is claimed: release or remove it. */
static __always_inline int next_segment(struct flow *key, struct conn *c, __u32 word,
					struct segment *segment)
{
	bool from_client = segment->from == !!(word & CLIENT);
	__u32 state = word & STATES;
	int verdict = XDP_DROP;
	__u64 ns;

	switch (state) {
	case SYN_SENT:
	case SYN_RECEIVED:
		if (segment->flags & RST) {
			COUNT(half_open, -1);
			goto reset;
		}
		if (from_client == (state == SYN_SENT)) {
			/* What is expected was lost. */
			if (segment->flags & SYN)
				verdict = XDP_PASS;
			break;
		}
		if (segment->ack != c->ack)
			break;
		if (state == SYN_SENT) {
			if (segment->flags != (SYN | ACK))
				break;
			c->ack = segment->seq + 1;
			word++;
			verdict = XDP_PASS;
			break;
		}
		if (segment->flags != ACK)
			break;
		COUNT(half_open, -1);
		COUNT(established, 1);
		goto established;
	case ESTABLISHED:
		if (segment->flags & RST) {
			COUNT(established, -1);
			goto reset;
		}
established:
		word = ESTABLISHED;
		ns = IDLE_NS;
		if (segment->flags & FIN) {
			COUNT(established, -1);
			COUNT(closed, 1);
			word = CLOSING;
			ns = CLOSING_NS;
		}
		if (rearm(c, ns)) {
			remove(key);
			return XDP_DROP;
		}
		verdict = XDP_PASS;
		break;
	case CLOSING:
		if (segment->flags & RST) {
			remove(key);
			return XDP_PASS;
		}
		if (segment->flags == SYN) {
			if (!too_many())
				return begin(key, c, segment);
			remove(key);
			return XDP_DROP;
		}
		verdict = XDP_PASS;
		break;
	}
	release(c, word);
	return verdict;
reset:
	COUNT(reset, 1);
	remove(key);
	return XDP_PASS;
}

SEC("xdp") int track(struct xdp_md *ctx)
{
	struct segment segment = {};
	__s64 generation, now;
	struct flow key;
	struct conn *c;
	int verdict;
	__u32 word;

	verdict = parse(ctx, &key, &segment);
	if (verdict)
		return verdict;
	generation = *(volatile __s64 *)&counters.generation;
	c = bpf_map_lookup_elem(&connections, &key);
	if (!c)
		return first_segment(&key, &segment);
	word = claim(c);
	if (word & CLAIMED)
		goto busy;
	/*
	 * The element may have become another connection's since the lookup, if
	 * anything was deleted meanwhile.
	 */
	now = *(volatile __s64 *)&counters.generation;
	if ((now != generation || now < 0) && bpf_map_lookup_elem(&connections, &key) != c) {
		release(c, word);
		goto busy;
	}
	return next_segment(&key, c, word, &segment);
busy:
	__sync_fetch_and_add(&counters.busy, 1);
	return XDP_DROP;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
