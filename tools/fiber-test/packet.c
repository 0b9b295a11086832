// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * packet.c - make a packet from its description.
 *
 *	udp,10.0.0.1:1000,10.0.0.2:7000[,PAYLOAD]
 *	tcp,10.0.0.1:1000,10.0.0.2:80,PA[,PAYLOAD]
 *	raw,HEX
 *
 * PAYLOAD is its number of bytes.  Checksums are left zero: test_run hands
 * the packet straight to the program.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fiber-test.h"

static int parse_hex(const char *hex, __u8 *buf, size_t size)
{
	size_t len = 0;
	unsigned int byte;

	while (*hex) {
		if (len == size || sscanf(hex, "%2x", &byte) != 1 || !hex[1])
			return -EINVAL;
		buf[len++] = byte;
		hex += 2;
	}
	return len;
}

static __u8 parse_flags(const char *letters)
{
	static const char names[] = "FSRPAU";	/* from bit 0 */
	__u8 flags = 0;

	for (; *letters; letters++) {
		const char *at = strchr(names, *letters);

		if (at)
			flags |= 1 << (at - names);
	}
	return flags;
}

int packet_parse(const char *text, __u8 *buf, size_t size)
{
	char proto[8], saddr[16], daddr[16], flags[8] = "";
	unsigned int sport, dport, payload = 18;
	struct ethhdr *eth = (void *)buf;
	struct iphdr *ip = (void *)(eth + 1);
	size_t len, l4;
	int n, used = 0;

	if (!strncmp(text, "raw,", 4))
		return parse_hex(text + 4, buf, size);
	n = sscanf(text, "%7[a-z],%15[0-9.]:%u,%15[0-9.]:%u%n", proto, saddr,
		   &sport, daddr, &dport, &used);
	if (n != 5)
		return -EINVAL;
	text += used;
	if (!strcmp(proto, "tcp")) {
		l4 = sizeof(struct tcphdr);
		used = 0;
		if (sscanf(text, ",%7[A-Z]%n", flags, &used) != 1)
			return -EINVAL;
		text += used;
	} else if (!strcmp(proto, "udp")) {
		l4 = sizeof(struct udphdr);
	} else {
		return -EINVAL;
	}
	if (*text && sscanf(text, ",%u", &payload) != 1)
		return -EINVAL;
	len = sizeof(*eth) + sizeof(*ip) + l4 + payload;
	if (len > size || sport > 65535 || dport > 65535)
		return -EINVAL;

	memset(buf, 0, len);
	eth->h_proto = htons(ETH_P_IP);
	ip->version = 4;
	ip->ihl = 5;
	ip->ttl = 64;
	ip->tot_len = htons(len - sizeof(*eth));
	ip->protocol = l4 == sizeof(struct tcphdr) ? IPPROTO_TCP : IPPROTO_UDP;
	if (inet_pton(AF_INET, saddr, &ip->saddr) != 1 ||
	    inet_pton(AF_INET, daddr, &ip->daddr) != 1)
		return -EINVAL;
	if (ip->protocol == IPPROTO_TCP) {
		struct tcphdr *tcp = (void *)(ip + 1);

		tcp->source = htons(sport);
		tcp->dest = htons(dport);
		tcp->doff = 5;
		((__u8 *)tcp)[13] = parse_flags(flags);
	} else {
		struct udphdr *udp = (void *)(ip + 1);

		udp->source = htons(sport);
		udp->dest = htons(dport);
		udp->len = htons(l4 + payload);
	}
	return len;
}
