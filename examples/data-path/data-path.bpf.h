/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * data-path.bpf.h - the steps of the data path, under the names that the talk
 * gives them.  Both programs of this example are made of these.
 *
 * The talk has kfuncs in mind that update struct tcp_sock without building an
 * skb.  On a kernel that has none the connections are a map.
 */
#ifndef DATA_PATH_BPF_H
#define DATA_PATH_BPF_H

#include <bpf/bpf_endian.h>

#include "data-path.h"

#define ETH_P_IP	0x0800
#define IP_OFFSET	0x1fff
#define EVENTS_SIZE	(256 * 1024)

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_CONNECTIONS);
	__type(key, struct flow);
	__type(value, struct dp_connection);
} connections SEC(".maps");

/* Bytes handed to the wire by all connections: the host's bandwidth account. */
__u64 qdisc_bytes;

static __always_inline struct tcphdr *tcp_header(struct xdp_md *ctx, struct iphdr **ipp)
{
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = (void *)(long)ctx->data;
	struct iphdr *ip = (void *)(eth + 1);
	struct tcphdr *tcp = (void *)(ip + 1);

	if ((void *)(tcp + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP))
		return NULL;
	if (ip->ihl != 5 || ip->protocol != IPPROTO_TCP || ip->frag_off & bpf_htons(IP_OFFSET))
		return NULL;
	*ipp = ip;
	return tcp;
}

static __always_inline bool flow_of(struct xdp_md *ctx, struct flow *key)
{
	struct tcphdr *tcp;
	struct iphdr *ip;

	tcp = tcp_header(ctx, &ip);
	if (!tcp)
		return false;
	key->saddr = ip->saddr;
	key->daddr = ip->daddr;
	key->sport = tcp->source;
	key->dport = tcp->dest;
	return true;
}

static __always_inline struct dp_connection *sk_lookup(const struct flow *key)
{
	return bpf_map_lookup_elem(&connections, key);
}

static __always_inline void rcv_bytes(struct dp_connection *sk, struct iphdr *ip,
				      struct tcphdr *tcp)
{
	__u32 len = bpf_ntohs(ip->tot_len) - sizeof(*ip) - tcp->doff * 4;

	__sync_fetch_and_add(&sk->rcv_bytes, len);
}

/*
 * The smallest receive offload: segments are gathered until one has PSH set,
 * which ends a request.
 *
 * Return: whether the segment was kept and the request is not complete.
 */
static __always_inline bool bpf_gro_xdp(struct dp_connection *sk, struct xdp_md *ctx)
{
	struct tcphdr *tcp;
	struct iphdr *ip;

	tcp = tcp_header(ctx, &ip);
	if (!tcp)
		return true;
	if (tcp->psh)
		return false;
	rcv_bytes(sk, ip, tcp);
	return true;
}

static __always_inline void tcp_rcv_established(struct dp_connection *sk, struct xdp_md *ctx)
{
	struct tcphdr *tcp;
	struct iphdr *ip;

	tcp = tcp_header(ctx, &ip);
	if (!tcp)
		return;
	rcv_bytes(sk, ip, tcp);
	__sync_fetch_and_add(&sk->requests, 1);
}

static __always_inline void tcp_send(struct dp_connection *sk, __u32 bytes)
{
	__sync_fetch_and_add(&sk->snd_bytes, bytes);
}

static __always_inline long enqueue_qdisc(__u32 bytes)
{
	__sync_fetch_and_add(&qdisc_bytes, bytes);
	return 0;
}

#endif /* DATA_PATH_BPF_H */
