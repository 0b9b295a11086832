// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A packet pointer that is used behind an await points as far into the packet
// that resumed the fiber. If that is too short, the fiber goes where the check
// in front of the await went, with its variables as they are. What is written
// goes into the new packet.
// RUN: %everywhere %s %t
#include "kernel-test.h"

#define PAYLOAD	(sizeof(struct ethhdr) + sizeof(struct iphdr) + sizeof(struct udphdr))

FRAMES(follows);

// The header, a distance, and a number.
// DO: check frames.value_size == 8
//
// DO: run deliver packet=udp,10.0.0.1:1,10.0.0.2:2,data=0200000509 == 5
// DO: run deliver packet=udp,10.0.0.1:1,10.0.0.2:2,data=0000000304 == 12
// DO: run deliver packet=udp,10.0.0.1:1,10.0.0.2:2,data=010203040506 == 30
// DO: check #frames == 0
//
// DO: run deliver packet=udp,10.0.0.1:1,10.0.0.2:2,data=0705 == 1005
// DO: run deliver packet=udp,10.0.0.1:1,10.0.0.2:2,data=0300000009 == 1000
// DO: check #frames == 0
//
// Too short, at the first await and at the second one.
// DO: run deliver packet=udp,10.0.0.1:1,10.0.0.2:2,data=0200000509 == 5
// DO: run deliver packet=udp,10.0.0.1:1,10.0.0.2:2,data=02000005 == 1005
// DO: check #frames == 0
// DO: run deliver packet=udp,10.0.0.1:1,10.0.0.2:2,data=0200000509 == 5
// DO: run deliver packet=udp,10.0.0.1:1,10.0.0.2:2,data=0000000304 == 12
// DO: run deliver packet=raw,000000000000000000000000000000000000 == 1012
// DO: check #frames == 0
// DO: check follows_counters.aborted == 0
FIBER int follows(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	__u8 *payload = data + PAYLOAD, *p;
	__u32 sum = 0;

	if (payload + 2 > (__u8 *)end)
		co_return 1;
	p = payload + 1 + (payload[0] & 7);
	if (payload[1] == 5)
		sum = payload[1];
	if (p + 2 > (__u8 *)end)
		co_return 1000 + sum;
	sum += p[0];
	co_await next_packet(sum);
	sum += p[0] + p[1];
	co_await next_packet(sum);
	p[1] += 4;
	co_return sum + p[0] + p[1] + (sum == 12 ? 5 : 0);
}

DELIVER_PACKETS(follows)
