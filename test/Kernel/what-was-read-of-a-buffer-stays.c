// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What a fiber has read of a buffer before it was filled again is behind an await
// what it was: it is not read again.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(rereads);

/* Where the packet has its port, and its protocol, which is 0x800. */
#define PORT	(sizeof(struct ethhdr) + sizeof(struct iphdr) + 2)
#define PROTOCOL	12

// DO: run deliver port=7 == 7
// DO: run deliver port=9 == 70808
// DO: check #frames == 0
FIBER int rereads(struct xdp_md *ctx)
{
	__u8 text[2], port;

	if (bpf_xdp_load_bytes(ctx, PORT, text, sizeof(text)))
		co_return -1;
	port = text[1];
	if (bpf_xdp_load_bytes(ctx, PROTOCOL, text, sizeof(text)))
		co_return -2;
	co_await next_packet(port);
	co_return port * 10000 + text[0] * 100 + text[0] + text[1];
}

DELIVER_PACKETS(rereads)
