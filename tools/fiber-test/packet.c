// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * packet.c - make a packet from its description.
 *
 *	udp,10.0.0.1:1000,10.0.0.2:7000[,PAYLOAD]
 *	tcp,10.0.0.1:1000,10.0.0.2:80,PA[,seq=N][,ack=N][,PAYLOAD]
 *	raw,HEX
 *
 * PAYLOAD is its number of bytes, or data=HEX.  Checksums are left zero:
 * test_run hands the packet straight to the program.
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

/* The number of ",NAME=N", if that stands at *text, which is moved behind it. */
static bool parse_number(struct test *t, const char **text, const char *name, __u32 *number)
{
	const char *cursor = *text;
	size_t len = strlen(name);
	__s64 value;

	if (*cursor != ',' || strncmp(cursor + 1, name, len) || cursor[1 + len] != '=')
		return true;
	cursor += 2 + len;
	if (!number_parse(t, &cursor, &value))
		return false;
	*number = value;
	*text = cursor;
	return true;
}

/* The rest of a description, into @buf. Return: bytes, or -EINVAL */
static int parse_payload(const char *text, __u8 *buf, size_t size)
{
	unsigned int payload = 18;
	int used = 0;

	if (!strncmp(text, ",data=", 6))
		return parse_hex(text + 6, buf, size);
	if (*text && (sscanf(text, ",%u%n", &payload, &used) != 1 || text[used]))
		return -EINVAL;
	if (payload > size)
		return -EINVAL;
	memset(buf, 0, payload);
	return payload;
}

/* Return: the length of the header, or -EINVAL */
static int parse_tcp(struct test *t, const char **text, struct tcphdr *tcp, __u16 sport,
		     __u16 dport)
{
	__u32 seq = 0, ack = 0;
	char flags[8];
	int used = 0;

	if (sscanf(*text, ",%7[A-Z]%n", flags, &used) != 1)
		return -EINVAL;
	*text += used;
	if (!parse_number(t, text, "seq", &seq) || !parse_number(t, text, "ack", &ack))
		return -EINVAL;
	tcp->source = htons(sport);
	tcp->dest = htons(dport);
	tcp->seq = htonl(seq);
	tcp->ack_seq = htonl(ack);
	tcp->doff = sizeof(*tcp) / 4;
	((__u8 *)tcp)[13] = parse_flags(flags);
	return sizeof(*tcp);
}

/* The headers are not aligned in @buf: the first one has 14 bytes. */
int packet_parse(struct test *t, const char *text, __u8 *buf, size_t size)
{
	struct ethhdr eth = { .h_proto = htons(ETH_P_IP) };
	struct iphdr ip = { .version = 4, .ihl = 5, .ttl = 64 };
	union {
		struct udphdr udp;
		struct tcphdr tcp;
	} next = {};
	size_t len = sizeof(eth) + sizeof(ip), next_len;
	char proto[8], saddr[16], daddr[16];
	unsigned int sport, dport;
	int n, used = 0;

	if (!strncmp(text, "raw,", 4))
		return parse_hex(text + 4, buf, size);
	n = sscanf(text, "%7[a-z],%15[0-9.]:%u,%15[0-9.]:%u%n", proto, saddr,
		   &sport, daddr, &dport, &used);
	if (n != 5 || sport > 65535 || dport > 65535 || size < len + sizeof(next))
		return -EINVAL;
	text += used;

	if (inet_pton(AF_INET, saddr, &ip.saddr) != 1 ||
	    inet_pton(AF_INET, daddr, &ip.daddr) != 1)
		return -EINVAL;
	if (!strcmp(proto, "tcp")) {
		ip.protocol = IPPROTO_TCP;
		n = parse_tcp(t, &text, &next.tcp, sport, dport);
	} else if (!strcmp(proto, "udp")) {
		ip.protocol = IPPROTO_UDP;
		next.udp.source = htons(sport);
		next.udp.dest = htons(dport);
		n = sizeof(next.udp);
	} else {
		return -EINVAL;
	}
	if (n < 0)
		return n;
	next_len = n;
	n = parse_payload(text, buf + len + next_len, size - len - next_len);
	if (n < 0)
		return n;
	ip.tot_len = htons(sizeof(ip) + next_len + n);
	if (ip.protocol == IPPROTO_UDP)
		next.udp.len = htons(next_len + n);
	memcpy(buf, &eth, sizeof(eth));
	memcpy(buf + sizeof(eth), &ip, sizeof(ip));
	memcpy(buf + len, &next, next_len);
	return len + next_len + n;
}
