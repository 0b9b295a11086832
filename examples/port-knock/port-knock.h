/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * port-knock.h - what both programs of this example see of a packet.
 */
#ifndef PORT_KNOCK_H
#define PORT_KNOCK_H

#include <bpf/bpf_endian.h>

#define KNOCKS		3
#define KNOCK_PORT(i)	(7000 + (i) * 1000)
#define GUARDED_PORT	22
#define MAX_SESSIONS	65536

/* This much silence closes the port, or forgets the knocks so far. */
#ifndef SILENCE_NS
#define SILENCE_NS	10000000000ULL
#endif

#define ETH_P_IP	0x0800
#define IP_OFFSET	0x1fff

/* Not the ports: the knocks of one guest go to different ones. */
struct flow {
	__be32 saddr;
	__be32 daddr;
};

/*
 * The flow and destination port of a TCP or UDP packet; false for anything
 * else.  Where options or a fragment hide the port it is 0, which opens nothing.
 */
static __always_inline bool parse(struct xdp_md *ctx, struct flow *key, __u32 *port)
{
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = (void *)(long)ctx->data;
	struct iphdr *ip = (void *)(eth + 1);
	struct udphdr *udp = (void *)(ip + 1);

	if ((void *)(udp + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP))
		return false;
	if (ip->protocol != IPPROTO_TCP && ip->protocol != IPPROTO_UDP)
		return false;
	key->saddr = ip->saddr;
	key->daddr = ip->daddr;
	if (ip->ihl != 5 || ip->frag_off & bpf_htons(IP_OFFSET))
		*port = 0;
	else
		*port = bpf_ntohs(udp->dest);
	return true;
}

#endif /* PORT_KNOCK_H */
