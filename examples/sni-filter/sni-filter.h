/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * sni-filter.h - TCP segments, and numbers out of the stream that they carry.
 */
#ifndef SNI_FILTER_H
#define SNI_FILTER_H

#include <bpf/bpf_endian.h>

#define MAX_STREAMS	65536
#define MAX_NAMES	65536
#define HTTPS_PORT	443

/* The ClientHello must be there within this time of the SYN. */
#ifndef HELLO_NS
#define HELLO_NS	10000000000ULL
#endif
/* A stream that was refused is forgotten after this much silence: longer than TCP waits. */
#ifndef REFUSED_NS
#define REFUSED_NS	150000000000ULL
#endif

#define ETH_P_IP	0x0800
#define IP_FRAGMENT	0x3fff	/* more of them, or not the first one */

/* RFC 8446, 4.1.2 and 5.1; RFC 6066, 3. */
#define TLS_HANDSHAKE		22
#define TLS_CLIENT_HELLO	1
#define TLS_VERSION_AND_RANDOM	(2 + 32)
#define TLS_SERVER_NAME		0
#define TLS_HOST_NAME		0
#define MAX_NAME		255

/* 64 bit FNV-1a of a name in lower case */
#define FNV_BASIS	0xcbf29ce484222325ULL
#define FNV_PRIME	0x100000001b3ULL

struct flow {
	__be32 saddr;
	__be32 daddr;
	__be16 sport;
	__be16 dport;
};

/*
 * @seq: of the first byte of the payload
 * @payload: where it begins in the packet
 * @length: its bytes
 */
struct segment {
	__u32 seq;
	__u32 payload;
	__u32 length;
	bool syn;
};

/*
 * @number: what is being read, as far as it has been
 * @next: sequence number of the next byte to be read
 * @need: how many more bytes belong to @number
 */
struct stream {
	__u64 number;
	__u32 next;
	__u16 need;
};

/* The names to refuse, by their hash. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_NAMES);
	__type(key, __u64);
	__type(value, __u64);	/* streams refused */
} blocklist SEC(".maps");

/* For loops that end after some bytes of a segment, however the verifier sees it. */
static __always_inline bool can_loop(void)
{
	asm volatile goto("may_goto %l[out]" :::: out);
	return true;
out:
	return false;
}

static __always_inline __u64 fold(__u64 hash, __u8 c)
{
	if (c >= 'A' && c <= 'Z')
		c += 'a' - 'A';
	return (hash ^ c) * FNV_PRIME;
}

/* What take() and its callers give next to verdicts: it is another stream. */
#define AGAIN		(-1)
/* A ClientHello is shorter: a SYN this far behind is an old one. */
#define HELLO_MAX	(1 << 16)

/*
 * take() - read as much of a number as is in a segment
 * @name: it is a hash: fold the bytes; otherwise it is a number in network order
 *
 * Sequence numbers are all that says where the reader is: it skips by adding to
 * @next, and needs no segment of which it has seen all.  Not static: the
 * verifier walks it once, not at each call.
 *
 * Return: 0 when the number is complete; otherwise the verdict for this segment,
 * of which all has been read.  One that leaves a gap is dropped, and will be
 * sent again.  Or AGAIN.
 */
__attribute__((noinline)) int take(struct xdp_md *ctx, struct stream *stream,
				   const struct segment *segment, bool name)
{
	__u64 number;
	__u32 at;
	__u8 c;

	if (!stream || !segment)
		return XDP_DROP;
	if (segment->syn)
		return stream->next - segment->seq < HELLO_MAX ? XDP_PASS : AGAIN;
	number = stream->number;
	while (stream->need && can_loop()) {
		at = stream->next - segment->seq;
		if (at >= segment->length || bpf_xdp_load_bytes(ctx, segment->payload + at, &c, 1))
			break;
		number = name ? fold(number, c) : number << 8 | c;
		stream->next++;
		stream->need--;
	}
	stream->number = number;
	if (!stream->need)
		return 0;
	return (__s32)(segment->seq - stream->next) > 0 ? XDP_DROP : XDP_PASS;
}

/*
 * Of a segment from a client.
 *
 * Return: 0, or the verdict for what is none.
 */
static __always_inline int parse(struct xdp_md *ctx, struct flow *key, struct segment *segment)
{
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = (void *)(long)ctx->data;
	struct iphdr *ip = (void *)(eth + 1);
	struct tcphdr *tcp = (void *)(ip + 1);
	__u32 headers, total;

	if ((void *)(ip + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP))
		return XDP_PASS;
	if (ip->protocol != IPPROTO_TCP)
		return XDP_PASS;
	if ((void *)(tcp + 1) > end || ip->ihl != 5 || ip->frag_off & bpf_htons(IP_FRAGMENT))
		return XDP_DROP;
	if (tcp->dest != bpf_htons(HTTPS_PORT))
		return XDP_PASS;
	headers = sizeof(*ip) + tcp->doff * 4;
	total = bpf_ntohs(ip->tot_len);
	/* Data in a SYN comes again without one if it is dropped. */
	if (total < headers || (tcp->syn && total > headers))
		return XDP_DROP;
	key->saddr = ip->saddr;
	key->daddr = ip->daddr;
	key->sport = tcp->source;
	key->dport = tcp->dest;
	segment->seq = bpf_ntohl(tcp->seq);
	segment->payload = sizeof(*eth) + headers;
	segment->length = total - headers;
	segment->syn = tcp->syn;
	return 0;
}

#endif /* SNI_FILTER_H */
