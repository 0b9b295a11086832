// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * sni-filter as a state machine written by hand: the same maps, timeouts,
 * counters and exclusion of two CPUs as sni-filter.bpf.c.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

#include "sni-filter.h"

#define CLAIMED		0x80000000u
#define RETRY_NS	50000
/*
 * Deadlines are kept in 2^20 ns, about a millisecond, to fit into 31 bits; the
 * top bit is set, so that any is larger than 0, when no timer is queued.
 */
#define DEADLINE_SHIFT	20
#define DEADLINE_SET	0x80000000u

/* What is being read. */
enum field {
	RECORD = 1,
	MESSAGE,
	SESSION,
	CIPHER_SUITES,
	COMPRESSION_METHODS,
	EXTENSIONS,
	EXTENSION,
	SERVER_NAMES,
	SERVER_NAME,
	REFUSED,
};

/*
 * @word: the field, and CLAIMED while a CPU is at it
 * @deadline: when the wait ends; 0: no timer is queued
 * @left: bytes of the record, later of the extensions
 */
struct hello {
	__u32 word;
	__u32 deadline;
	struct bpf_timer timer;
	struct stream stream;
	__u16 left;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_STREAMS);
	__type(key, struct flow);
	__type(value, struct hello);
} streams SEC(".maps");

/* @generation: deletions that have ended, negative while one is in progress */
struct {
	__s64 generation;
	__u64 busy;
	__u64 full;
	__u64 exists;
} counters;

#define DELETING	(-(1LL << 50))

static __always_inline __u32 claim(struct hello *h)
{
	return __sync_fetch_and_or(&h->word, CLAIMED);
}

static __always_inline void release(struct hello *h, __u32 word)
{
	__sync_lock_test_and_set(&h->word, word);
}

/* Only for who holds the claim. */
static __always_inline void remove(struct flow *key)
{
	__sync_fetch_and_add(&counters.generation, DELETING);
	bpf_map_delete_elem(&streams, key);
	__sync_fetch_and_add(&counters.generation, 1 - DELETING);
}

static __always_inline __u32 deadline_in(__u64 ns)
{
	return (__u32)((bpf_ktime_get_coarse_ns() + ns) >> DEADLINE_SHIFT) | DEADLINE_SET;
}

static int expired(void *map, struct flow *key, struct hello *h)
{
	__u32 word = claim(h);
	__s32 left;

	if (word & CLAIMED) {
		bpf_timer_start(&h->timer, RETRY_NS, 0);
		return 0;
	}
	left = h->deadline - (__u32)(bpf_ktime_get_coarse_ns() >> DEADLINE_SHIFT);
	left = (__s32)((__u32)left << 1) >> 1;
	if (left > 0) {
		bpf_timer_start(&h->timer, (__u64)left << DEADLINE_SHIFT, 0);
		release(h, word);
		return 0;
	}
	/* No hello in time, or long after it was refused. */
	if (word == REFUSED || bpf_timer_start(&h->timer, REFUSED_NS, 0)) {
		remove(key);
		return 0;
	}
	h->deadline = deadline_in(REFUSED_NS);
	release(h, REFUSED);
	return 0;
}

/* Move the deadline; a timer that is queued follows it, unless it would be late. */
static __always_inline long rearm(struct hello *h, __u64 ns)
{
	__u32 old = h->deadline, end = deadline_in(ns);

	h->deadline = end;
	if ((__s32)(end - old) >= 0)
		return 0;
	return bpf_timer_start(&h->timer, ns, 0);
}

/* A SYN. */
static __always_inline int begin(struct flow *key, struct hello *h, const struct segment *segment)
{
	if (rearm(h, HELLO_NS)) {
		remove(key);
		return XDP_DROP;
	}
	h->stream.next = segment->seq + 1;
	h->stream.number = 0;
	h->stream.need = 5;
	release(h, RECORD);
	return XDP_PASS;
}

static __always_inline int first_segment(struct flow *key, const struct segment *segment)
{
	static const struct {
		__u32 word;
		__u32 zero[(sizeof(struct hello) - sizeof(__u32)) / sizeof(__u32)];
	} fresh = { CLAIMED };
	struct hello *h;
	long err;

	/* Of a stream that has been judged. */
	if (!segment->syn)
		return XDP_PASS;
	err = bpf_map_update_elem(&streams, key, &fresh, BPF_NOEXIST);
	if (err) {
		__sync_fetch_and_add(err == -17 /* EEXIST */ ? &counters.exists :
				     &counters.full, 1);
		return XDP_DROP;
	}
	h = bpf_map_lookup_elem(&streams, key);
	if (!h)
		return XDP_DROP;
	bpf_timer_init(&h->timer, &streams, 1 /* CLOCK_MONOTONIC */);
	bpf_timer_set_callback(&h->timer, expired);
	return begin(key, h, segment);
}

static __always_inline int next_segment(struct xdp_md *ctx, struct flow *key, struct hello *h,
				       __u32 field, const struct segment *segment)
{
	struct stream *stream = &h->stream;
	__u64 n, *refused;
	int verdict;

	if (field == REFUSED) {
		if (segment->syn)
			return begin(key, h, segment);
		goto drop;
	}
	while (can_loop()) {
		verdict = take(ctx, stream, segment, field == SERVER_NAME);
		if (verdict == AGAIN)
			return begin(key, h, segment);
		if (verdict) {
			release(h, field);
			return verdict;
		}
		n = stream->number;
		stream->number = 0;
		switch (field) {
		case RECORD:
			if (n >> 32 != TLS_HANDSHAKE)
				goto pass;
			h->left = n;
			stream->need = 4;
			break;
		case MESSAGE:
			/* In one record, as every client has it that does not hide. */
			if (n >> 24 != TLS_CLIENT_HELLO || (n & 0xffffff) + 4 > h->left)
				goto drop;
			stream->next += TLS_VERSION_AND_RANDOM;
			stream->need = 1;
			break;
		case SESSION:
		case COMPRESSION_METHODS:
			stream->next += n;
			stream->need = 2;
			break;
		case CIPHER_SUITES:
			stream->next += n;
			stream->need = 1;
			break;
		case EXTENSIONS:
			h->left = n;
			if (h->left < 4)
				goto pass;
			stream->need = 4;
			break;
		case EXTENSION:
			h->left -= 4;
			if (n >> 16 == TLS_SERVER_NAME) {
				stream->need = 5;
				break;
			}
			n &= 0xffff;
			if (h->left < n + 4)
				goto pass;
			h->left -= n;
			stream->next += n;
			stream->need = 4;
			continue;
		case SERVER_NAMES:
			if ((n >> 16 & 0xff) != TLS_HOST_NAME || (n & 0xffff) > MAX_NAME)
				goto drop;
			stream->number = FNV_BASIS;
			stream->need = n & 0xffff;
			break;
		case SERVER_NAME:
			refused = bpf_map_lookup_elem(&blocklist, &n);
			if (!refused)
				goto pass;
			__sync_fetch_and_add(refused, 1);
			goto drop;
		}
		field++;
	}
pass:
	remove(key);
	return XDP_PASS;
drop:
	if (rearm(h, REFUSED_NS))
		remove(key);
	else
		release(h, REFUSED);
	return XDP_DROP;
}

SEC("xdp") int filter(struct xdp_md *ctx)
{
	struct segment segment = {};
	__s64 generation, now;
	struct hello *h;
	struct flow key;
	int verdict;
	__u32 word;

	verdict = parse(ctx, &key, &segment);
	if (verdict)
		return verdict;
	generation = *(volatile __s64 *)&counters.generation;
	h = bpf_map_lookup_elem(&streams, &key);
	if (!h)
		return first_segment(&key, &segment);
	word = claim(h);
	if (word & CLAIMED)
		goto busy;
	/*
	 * The element may have become another stream's since the lookup, if
	 * anything was deleted meanwhile.
	 */
	now = *(volatile __s64 *)&counters.generation;
	if ((now != generation || now < 0) && bpf_map_lookup_elem(&streams, &key) != h) {
		release(h, word);
		goto busy;
	}
	return next_segment(ctx, &key, h, word, &segment);
busy:
	__sync_fetch_and_add(&counters.busy, 1);
	return XDP_DROP;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
