// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * data-path as two programs and a map written by hand: what happens between
 * receive and send is the state of a request, which its token names.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

#include "data-path.bpf.h"

/* @token: names the request that user space works on; 0: it is being answered */
struct dp_request {
	__u32 token;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_CONNECTIONS);
	__type(key, struct flow);
	__type(value, struct dp_request);
} data_paths SEC(".maps");

/* As struct fiber_event, so that the same user space serves both. */
struct dp_event {
	__u32 token;
	__u32 key_size;
	struct flow key;
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, EVENTS_SIZE);
} fiber_events SEC(".maps");

struct {
	__u64 full;
	__u64 absent;
	__u64 exists;
	__u64 stale;
} counters;

SEC("xdp") int receive(struct xdp_md *ctx)
{
	struct dp_request request;
	struct dp_connection *sk;
	struct dp_event *event;
	struct flow key;
	long err;

	if (!flow_of(ctx, &key))
		return XDP_PASS;
	if (bpf_map_lookup_elem(&data_paths, &key)) {
		__sync_fetch_and_add(&counters.exists, 1);
		return XDP_DROP;
	}
	sk = sk_lookup(&key);
	if (!sk || sk->state != TCP_ESTABLISHED)
		return XDP_PASS;
	if (bpf_gro_xdp(sk, ctx))
		return XDP_DROP;

	tcp_rcv_established(sk, ctx);
	event = bpf_ringbuf_reserve(&fiber_events, sizeof(*event), 0);
	if (!event)
		return XDP_DROP;
	/* 0 means "being answered" */
	request.token = bpf_get_prandom_u32() | 1;
	event->token = request.token;
	event->key_size = sizeof(key);
	event->key = key;
	/* In the map before user space can know of it. */
	err = bpf_map_update_elem(&data_paths, &key, &request, BPF_NOEXIST);
	if (err) {
		__sync_fetch_and_add(err == -17 /* EEXIST */ ? &counters.exists :
				     &counters.full, 1);
		bpf_ringbuf_discard(event, 0);
		return XDP_DROP;
	}
	bpf_ringbuf_submit(event, 0);
	return XDP_DROP;
}

SEC("syscall") int reply(struct dp_answer *answer)
{
	struct flow key = answer->key;
	__u32 token = answer->token;
	struct dp_request *request;
	struct dp_connection *sk;

	request = bpf_map_lookup_elem(&data_paths, &key);
	if (!request) {
		__sync_fetch_and_add(&counters.absent, 1);
		return -1;
	}
	/*
	 * One of several replies wins.  If the element has become another
	 * flow's since the lookup, its token is another one too.
	 */
	if (!token || __sync_val_compare_and_swap(&request->token, token, 0) != token) {
		__sync_fetch_and_add(&counters.stale, 1);
		return -1;
	}
	bpf_map_delete_elem(&data_paths, &key);

	sk = sk_lookup(&key);
	if (!sk)
		return -1;
	tcp_send(sk, answer->bytes);
	return enqueue_qdisc(answer->bytes);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
