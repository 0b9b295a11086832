/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * conn-timeout.h - what both programs of this example see of a segment, and
 * what they count.
 */
#ifndef CONN_TIMEOUT_H
#define CONN_TIMEOUT_H

#include <bpf/bpf_endian.h>

#define MAX_CONNECTIONS	65536

/* From a SYN to the end of its handshake. */
#ifndef HANDSHAKE_NS
#define HANDSHAKE_NS	5000000000ULL
#endif
/* An open connection may be silent for so long. */
#ifndef IDLE_NS
#define IDLE_NS		300000000000ULL
#endif
/* The last segments of a connection come within this time behind its first FIN. */
#ifndef CLOSING_NS
#define CLOSING_NS	10000000000ULL
#endif

#define ETH_P_IP	0x0800
#define IP_FRAGMENT	0x3fff	/* more of them, or not the first one */

#define TCP_FLAGS_AT	13
#define FIN		0x01
#define SYN		0x02
#define RST		0x04
#define ACK		0x10

/* The two ends, the lower one first: both directions find the same connection. */
struct flow {
	__be32 addr[2];
	__be16 port[2];
};

/* @from: which end has sent it; @flags: of those above only */
struct segment {
	__u32 seq;
	__u32 ack;
	__u8 from;
	__u8 flags;
};

/* How many half-open connections there may be; user space may change it. */
__u32 half_open_limit = 1024;

/*
 * @half_open, @established: connections that there are now
 * @refused: SYNs dropped because there were too many of the former
 * @timed_out: handshakes that were not completed in time
 * @idle: open connections that were given up
 * @reset, @closed: ends by RST and by FIN
 */
struct {
	__u32 half_open;
	__u32 established;
	__u64 refused;
	__u64 timed_out;
	__u64 idle;
	__u64 reset;
	__u64 closed;
} stats;

#define COUNT(member, n)	__sync_fetch_and_add(&stats.member, n)

/* Return: 0, or the verdict for what is no segment that can be tracked. */
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
	segment->from = ip->saddr > ip->daddr ||
			(ip->saddr == ip->daddr && tcp->source > tcp->dest);
	if (segment->from) {
		key->addr[0] = ip->daddr;
		key->addr[1] = ip->saddr;
		key->port[0] = tcp->dest;
		key->port[1] = tcp->source;
	} else {
		key->addr[0] = ip->saddr;
		key->addr[1] = ip->daddr;
		key->port[0] = tcp->source;
		key->port[1] = tcp->dest;
	}
	segment->seq = bpf_ntohl(tcp->seq);
	segment->ack = bpf_ntohl(tcp->ack_seq);
	segment->flags = ((__u8 *)tcp)[TCP_FLAGS_AT] & (FIN | SYN | RST | ACK);
	return 0;
}

#endif /* CONN_TIMEOUT_H */
