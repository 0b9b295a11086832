// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * activate.c - run programs, and read how long they ran.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

#define ADDRESS(n)	htonl(0x0a000000 + (n))		/* 10.0.0.n */

/* Into an empty @packet. Give where the header of the fourth layer is. */
static void *ip_packet(struct packet *packet, __u32 saddr, __u8 protocol, size_t header)
{
	struct ethhdr *eth = (void *)packet->bytes;
	struct iphdr *ip = (void *)(eth + 1);

	packet->len = sizeof(*eth) + sizeof(*ip) + header;
	eth->h_proto = htons(ETH_P_IP);
	ip->version = 4;
	ip->ihl = 5;
	ip->ttl = 64;
	ip->protocol = protocol;
	ip->tot_len = htons(sizeof(*ip) + header);
	ip->saddr = saddr;
	ip->daddr = ADDRESS(2);
	return ip + 1;
}

struct packet udp_packet(__u32 saddr, __u16 dport)
{
	struct packet packet = {};
	struct udphdr *udp = ip_packet(&packet, saddr, IPPROTO_UDP, sizeof(*udp));

	udp->source = htons(1000);
	udp->dest = htons(dport);
	udp->len = htons(sizeof(*udp));
	return packet;
}

struct packet tcp_packet(__u16 sport, __u16 dport)
{
	struct packet packet = {};
	struct tcphdr *tcp = ip_packet(&packet, ADDRESS(1), IPPROTO_TCP, sizeof(*tcp));

	tcp->source = htons(sport);
	tcp->dest = htons(dport);
	tcp->doff = sizeof(*tcp) / 4;
	tcp->psh = 1;
	tcp->ack = 1;
	return packet;
}

struct packet tcp_segment(enum sender sender, __u16 sport, __u16 dport, __u8 flags, __u32 seq,
			  __u32 ack)
{
	struct packet packet = tcp_packet(sport, dport);
	struct iphdr *ip = (void *)(packet.bytes + sizeof(struct ethhdr));
	struct tcphdr *tcp = (void *)(ip + 1);

	if (sender == SERVER) {
		ip->saddr = ADDRESS(2);
		ip->daddr = ADDRESS(1);
		tcp->source = htons(dport);
		tcp->dest = htons(sport);
	}
	((__u8 *)tcp)[13] = flags;
	tcp->seq = htonl(seq);
	tcp->ack_seq = htonl(ack);
	return packet;
}

void append(struct packet *packet, const void *data, size_t size)
{
	struct iphdr *ip = (void *)(packet->bytes + sizeof(struct ethhdr));

	if (size > sizeof(packet->bytes) - packet->len)
		abort();
	memcpy(packet->bytes + packet->len, data, size);
	packet->len += size;
	ip->tot_len = htons(packet->len - sizeof(struct ethhdr));
}

bool passes(int prog, const struct packet *packet)
{
	struct bpf_test_run_opts opts = {
		.sz = sizeof(opts),
		.data_in = packet->bytes,
		.data_size_in = packet->len,
	};

	return !bpf_prog_test_run_opts(prog, &opts) && opts.retval == XDP_PASS;
}

static int expect(const struct bpf_test_run_opts *opts, int err, __u32 verdict)
{
	if (err) {
		complain("cannot run a program: %s", strerror(-err));
		return -1;
	}
	if (opts->retval != verdict) {
		complain("a program returned %d instead of %d", (int)opts->retval, (int)verdict);
		return -1;
	}
	return 0;
}

int run_packet(int prog, const struct packet *packet, __u32 verdict)
{
	struct bpf_test_run_opts opts = {
		.sz = sizeof(opts),
		.data_in = packet->bytes,
		.data_size_in = packet->len,
	};
	int err = bpf_prog_test_run_opts(prog, &opts);

	return expect(&opts, err, verdict);
}

/*
 * The kernel gives whole nanoseconds, rounded down.  The time of the system
 * call is no better: with repetitions it waits for RCU, for milliseconds.
 */
int time_packet(int prog, const struct packet *packet, unsigned int repeat, __u32 verdict,
		double *ns)
{
	struct bpf_test_run_opts opts = {
		.sz = sizeof(opts),
		.data_in = packet->bytes,
		.data_size_in = packet->len,
		.repeat = repeat,
	};
	int err = bpf_prog_test_run_opts(prog, &opts);

	*ns = opts.duration + 0.5;
	return expect(&opts, err, verdict);
}

int run_syscall(int prog, void *ctx, size_t size, __u32 verdict)
{
	struct bpf_test_run_opts opts = {
		.sz = sizeof(opts),
		.ctx_in = ctx,
		.ctx_size_in = size,
	};
	int err = bpf_prog_test_run_opts(prog, &opts);

	return expect(&opts, err, verdict);
}

int run_stats_read(int prog, struct run_stats *stats)
{
	struct bpf_prog_info info = {};
	__u32 len = sizeof(info);

	if (bpf_obj_get_info_by_fd(prog, &info, &len)) {
		complain("cannot read the statistics of a program: %s", strerror(errno));
		return -1;
	}
	stats->ns = info.run_time_ns;
	stats->runs = info.run_cnt;
	return 0;
}

int run_stats_mean(int prog, const struct run_stats *before, __u64 runs, bool or_more, double *ns)
{
	struct run_stats after;
	__u64 seen;

	if (run_stats_read(prog, &after))
		return -1;
	seen = after.runs - before->runs;
	if (seen < runs || (!or_more && seen != runs)) {
		complain("a program ran %llu times instead of %llu", (unsigned long long)seen,
			 (unsigned long long)runs);
		return -1;
	}
	*ns = (double)(after.ns - before->ns) / seen;
	return 0;
}
