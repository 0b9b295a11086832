// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * proxy-handshake as a state machine written by hand: the same maps, timeouts,
 * counters and exclusion of two CPUs as proxy-handshake.bpf.c.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

#include "proxy-handshake.bpf.h"

#define CLAIMED		0x80000000u
#define RETRY_NS	50000
/*
 * Deadlines are kept in 2^20 ns, about a millisecond, to fit into 31 bits; the
 * top bit is set, so that any is larger than 0, when no timer is queued.
 */
#define DEADLINE_SHIFT	20
#define DEADLINE_SET	0x80000000u

enum phase {
	SYN_RECEIVED = 1,	/* the client has got a SYN-ACK */
	ASKED,			/* user space has to decide */
	REFUSED,		/* it has: the client gets an RST */
	ALLOWED,		/* it has: the server gets a SYN */
	OPEN,
};

/*
 * @word: the phase, and CLAIMED while a CPU is at it
 * @deadline: when it ends; 0: no timer is queued
 * @token: names the question, odd; 0: there is none
 * @isn: of the client
 * @proxy_isn: of the proxy
 * @offset: in an open connection, of the server's from the proxy's
 */
struct conn {
	__u32 word;
	__u32 deadline;
	struct bpf_timer timer;
	__u32 token;
	__u32 isn;
	union {
		__u32 proxy_isn;
		__u32 offset;
	};
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_CONNECTIONS);
	__type(key, struct flow);
	__type(value, struct conn);
} connections SEC(".maps");

/* As struct fiber_event, so that the same user space serves both. */
struct question {
	__u32 token;
	__u32 key_size;
	struct flow key;
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, EVENTS_SIZE);
} fiber_events SEC(".maps");

/* @generation: deletions that have ended, negative while one is in progress */
struct {
	__s64 generation;
	__u64 busy;
	__u64 full;
	__u64 exists;
	__u64 absent;
	__u64 not_waiting;
	__u64 stale;
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

static __always_inline int first_segment(struct xdp_md *ctx, struct flow *key,
					 struct segment *segment)
{
	static const struct {
		__u32 word;
		__u32 zero[(sizeof(struct conn) - sizeof(__u32)) / sizeof(__u32)];
	} fresh = { CLAIMED };
	struct conn *c;
	int verdict;
	long err;

	if (!segment->from_client || segment->flags != SYN)
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
	if (rearm(c, HANDSHAKE_NS)) {
		remove(key);
		return XDP_DROP;
	}
	c->isn = segment->seq;
	c->proxy_isn = bpf_get_prandom_u32();
	verdict = make(ctx, BACK | SYN | ACK, c->proxy_isn, c->isn + 1);
	release(c, SYN_RECEIVED);
	return verdict;
}

static __always_inline int ask(struct flow *key, struct conn *c)
{
	struct question *question;

	if (rearm(c, DECISION_NS))
		goto fail;
	question = bpf_ringbuf_reserve(&fiber_events, sizeof(*question), 0);
	if (!question)
		goto fail;
	question->token = c->token = bpf_get_prandom_u32() | 1;
	question->key_size = sizeof(*key);
	question->key = *key;
	release(c, ASKED);
	/* Not before: whoever reads it can answer. */
	bpf_ringbuf_submit(question, 0);
	return XDP_DROP;
fail:
	remove(key);
	return XDP_DROP;
}

static __always_inline int next_segment(struct xdp_md *ctx, struct flow *key, struct conn *c,
					__u32 phase, struct segment *segment)
{
	int verdict = XDP_DROP;

	switch (phase) {
	case SYN_RECEIVED:
		if (!segment->from_client)
			break;
		if (segment->flags == ACK && segment->ack == c->proxy_isn + 1)
			return ask(key, c);
		if (segment->flags == SYN) {
			c->isn = segment->seq;
			verdict = make(ctx, BACK | SYN | ACK, c->proxy_isn, c->isn + 1);
		}
		break;
	case ASKED:
		__sync_fetch_and_add(&counters.not_waiting, 1);
		break;
	case REFUSED:
		verdict = make(ctx, BACK | RST | ACK, c->proxy_isn + 1, segment->seq);
		remove(key);
		return verdict;
	case ALLOWED:
		if (segment->from_client) {
			verdict = make(ctx, SYN, c->isn, 0);
		} else if (segment->flags & (SYN | RST) && segment->ack == c->isn + 1) {
			if (segment->flags & RST) {
				verdict = make(ctx, RST | ACK, c->proxy_isn + 1, c->isn + 1);
				remove(key);
				return verdict;
			}
			c->offset = segment->seq - c->proxy_isn;
			verdict = make(ctx, BACK | ACK, c->isn + 1, segment->seq + 1);
			phase = OPEN;
		}
		if (rearm(c, phase == OPEN ? IDLE_NS : HANDSHAKE_NS)) {
			remove(key);
			return XDP_DROP;
		}
		break;
	case OPEN:
		if (segment->from_client)
			verdict = translate(ctx, 0, c->offset);
		else
			verdict = translate(ctx, -c->offset, 0);
		if (segment->flags & RST || rearm(c, IDLE_NS)) {
			remove(key);
			return verdict;
		}
		break;
	}
	release(c, phase);
	return verdict;
}

SEC("xdp") int proxy(struct xdp_md *ctx)
{
	struct segment segment = {};
	__s64 generation, now;
	struct flow key = {};
	struct conn *c;
	int verdict;
	__u32 word;

	verdict = parse(ctx, &key, &segment);
	if (verdict)
		return verdict;
	generation = *(volatile __s64 *)&counters.generation;
	c = bpf_map_lookup_elem(&connections, &key);
	if (!c)
		return first_segment(ctx, &key, &segment);
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
	return next_segment(ctx, &key, c, word, &segment);
busy:
	__sync_fetch_and_add(&counters.busy, 1);
	return XDP_DROP;
}

SEC("syscall") int decide(struct decision *decision)
{
	struct flow key = decision->flow;
	struct conn *c;
	__u32 word;

	c = bpf_map_lookup_elem(&connections, &key);
	if (!c) {
		__sync_fetch_and_add(&counters.absent, 1);
		return -1;
	}
	word = claim(c);
	if (word & CLAIMED) {
		__sync_fetch_and_add(&counters.busy, 1);
		return -1;
	}
	/* If it has become another connection's element, it has another token. */
	if (c->token != (decision->token | 1)) {
		release(c, word);
		__sync_fetch_and_add(&counters.stale, 1);
		return -1;
	}
	if (word != ASKED) {
		release(c, word);
		__sync_fetch_and_add(&counters.not_waiting, 1);
		return -1;
	}
	c->token = 0;
	release(c, decision->allow ? ALLOWED : REFUSED);
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
