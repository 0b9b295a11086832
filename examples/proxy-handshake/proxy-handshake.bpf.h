/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * proxy-handshake.bpf.h - segments, as they come and as they are made.
 */
#ifndef PROXY_HANDSHAKE_BPF_H
#define PROXY_HANDSHAKE_BPF_H

#include <bpf/bpf_endian.h>

#include "proxy-handshake.h"

#define MAX_CONNECTIONS	65536
#define EVENTS_SIZE	(256 * 1024)

/* The service behind the proxy. */
#ifndef SERVICE_PORT
#define SERVICE_PORT	80
#endif
/* For each of the two handshakes. */
#ifndef HANDSHAKE_NS
#define HANDSHAKE_NS	5000000000ULL
#endif
/* For user space to decide, and for the client to send something then. */
#ifndef DECISION_NS
#define DECISION_NS	5000000000ULL
#endif
/* An open connection may be silent for so long. */
#ifndef IDLE_NS
#define IDLE_NS		300000000000ULL
#endif

#define ETH_P_IP	0x0800
#define IP_FRAGMENT	0x3fff	/* more of them, or not the first one */

#define TCP_FLAGS_AT	13
#define FIN		0x01
#define SYN		0x02
#define RST		0x04
#define ACK		0x10
/* For make(): the segment goes back to where this one came from. */
#define BACK		0x100

/* @flags: of those above only */
struct segment {
	__u32 seq;
	__u32 ack;
	bool from_client;
	__u8 flags;
};

/* A segment without data. */
struct control {
	struct ethhdr eth;
	struct iphdr ip;
	struct tcphdr tcp;
	__be32 option;
} __attribute__((packed));

#define TCP_MSS_1460	0x020405b4
#define TCP_NO_OPTION	0x01010101
#define WINDOW		65535

static __always_inline __u16 fold(__u64 sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return ~((sum & 0xffff) + (sum >> 16));
}

static __always_inline void turn_round(struct control *c)
{
	__u8 mac[6];
	__be32 address = c->ip.saddr;
	__be16 port = c->tcp.source;

	__builtin_memcpy(mac, c->eth.h_source, sizeof(mac));
	__builtin_memcpy(c->eth.h_source, c->eth.h_dest, sizeof(mac));
	__builtin_memcpy(c->eth.h_dest, mac, sizeof(mac));
	c->ip.saddr = c->ip.daddr;
	c->ip.daddr = address;
	c->tcp.source = c->tcp.dest;
	c->tcp.dest = port;
}

/*
 * make() - of the segment that has come, another one
 * @flags: its flags; with BACK its sender gets it, otherwise its receiver
 *
 * Not static: the verifier walks it once, not at each call.
 *
 * Return: the verdict that sends it.
 */
__attribute__((noinline)) int make(struct xdp_md *ctx, __u32 flags, __u32 seq, __u32 ack)
{
	struct control *c;
	__u64 sum;

	if (bpf_xdp_adjust_tail(ctx, (int)sizeof(*c) - (int)bpf_xdp_get_buff_len(ctx)))
		return XDP_DROP;
	c = (void *)(long)ctx->data;
	if ((void *)(c + 1) > (void *)(long)ctx->data_end)
		return XDP_DROP;
	if (flags & BACK)
		turn_round(c);
	c->ip.tot_len = bpf_htons(sizeof(*c) - sizeof(c->eth));
	c->ip.check = 0;
	c->ip.check = fold(bpf_csum_diff(NULL, 0, (void *)&c->ip, sizeof(c->ip), 0));
	c->tcp.seq = bpf_htonl(seq);
	c->tcp.ack_seq = bpf_htonl(ack);
	((__u8 *)&c->tcp)[TCP_FLAGS_AT - 1] = (sizeof(c->tcp) + sizeof(c->option)) / 4 << 4;
	((__u8 *)&c->tcp)[TCP_FLAGS_AT] = flags;
	c->tcp.window = bpf_htons(WINDOW);
	c->tcp.urg_ptr = 0;
	c->tcp.check = 0;
	c->option = bpf_htonl(flags & SYN ? TCP_MSS_1460 : TCP_NO_OPTION);
	sum = bpf_csum_diff(NULL, 0, (void *)&c->tcp, sizeof(c->tcp) + sizeof(c->option), 0);
	sum += (__u64)c->ip.saddr + c->ip.daddr;
	sum += bpf_htonl(IPPROTO_TCP << 16 | (sizeof(c->tcp) + sizeof(c->option)));
	c->tcp.check = fold((sum & 0xffffffff) + (sum >> 32));
	return flags & BACK ? XDP_TX : XDP_PASS;
}

/*
 * translate() - the proxy has counted from another number than the server
 * @seq, @ack: what to add to the segment's
 *
 * Return: the verdict that lets it pass.
 */
__attribute__((noinline)) int translate(struct xdp_md *ctx, __u32 seq, __u32 ack)
{
	struct control *c = (void *)(long)ctx->data;
	__be32 before[2], after[2];

	if ((void *)&c->option > (void *)(long)ctx->data_end)
		return XDP_DROP;
	before[0] = c->tcp.seq;
	before[1] = c->tcp.ack_seq;
	after[0] = bpf_htonl(bpf_ntohl(before[0]) + seq);
	after[1] = bpf_htonl(bpf_ntohl(before[1]) + ack);
	c->tcp.check = fold(bpf_csum_diff(before, sizeof(before), after, sizeof(after),
					  (__u16)~c->tcp.check));
	c->tcp.seq = after[0];
	c->tcp.ack_seq = after[1];
	return XDP_PASS;
}

/* Return: 0, or the verdict for what is no segment from or to the service. */
static __always_inline int parse(struct xdp_md *ctx, struct flow *key, struct segment *segment)
{
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = (void *)(long)ctx->data;
	struct iphdr *ip = (void *)(eth + 1);
	struct tcphdr *tcp = (void *)(ip + 1);

	if ((void *)(ip + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP))
		return XDP_PASS;
	if (ip->protocol != IPPROTO_TCP)
		return XDP_PASS;
	if ((void *)(tcp + 1) > end || ip->ihl != 5 || ip->frag_off & bpf_htons(IP_FRAGMENT))
		return XDP_DROP;
	if (tcp->dest == bpf_htons(SERVICE_PORT)) {
		key->client = ip->saddr;
		key->server = ip->daddr;
		key->client_port = tcp->source;
		segment->from_client = true;
	} else if (tcp->source == bpf_htons(SERVICE_PORT)) {
		key->client = ip->daddr;
		key->server = ip->saddr;
		key->client_port = tcp->dest;
		segment->from_client = false;
	} else {
		return XDP_PASS;
	}
	key->server_port = bpf_htons(SERVICE_PORT);
	segment->seq = bpf_ntohl(tcp->seq);
	segment->ack = bpf_ntohl(tcp->ack_seq);
	segment->flags = ((__u8 *)tcp)[TCP_FLAGS_AT] & (FIN | SYN | RST | ACK);
	return 0;
}

#endif /* PROXY_HANDSHAKE_BPF_H */
