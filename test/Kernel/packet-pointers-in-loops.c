// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A packet pointer may go round a loop that awaits, be one of two, move on, and
// be carried over a wait of a timer, where there is no packet, to a later one.
// The failure path may be the end of the loop, or its next round.
// RUN: %everywhere %s %t
#include "kernel-test.h"

#define PAYLOAD	(sizeof(struct ethhdr) + sizeof(struct iphdr) + sizeof(struct udphdr))

FIBER_MAP(frames, rounds, BPF_MAP_TYPE_HASH, __u32, 4);
FIBER_MAP(moves, moving, BPF_MAP_TYPE_HASH, __u32, 4);
FIBER_MAP(waits, waiting, BPF_MAP_TYPE_HASH, __u32, 4);

/*
 * The payload's first byte says which of two places counts; another one says
 * how often.
 */
// DO: run first packet=udp,10.0.0.1:1,10.0.0.2:2,data=00031020304050 == 16
// DO: run first packet=udp,10.0.0.1:1,10.0.0.2:2,data=01011120304050 == 33
// DO: run first packet=udp,10.0.0.1:1,10.0.0.2:2,data=01011220304050 == 51
// DO: run first packet=udp,10.0.0.1:1,10.0.0.2:2,data=01011320304050 == 1070
// DO: check #frames == 0
// DO: run first packet=udp,10.0.0.1:1,10.0.0.2:2,data=01021020304050 == 64
// DO: run first packet=udp,10.0.0.1:1,10.0.0.2:2,data=000111203041 == 129
// DO: run first packet=udp,10.0.0.1:1,10.0.0.2:2,data=0001112030 == 2129
// DO: check #frames == 0
FIBER int rounds(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	__u8 *payload = data + PAYLOAD, *p;
	__u32 sum = 0;

	if (payload + 3 > (__u8 *)end)
		co_return 1;
	p = payload[0] ? payload + 5 : payload + 2;
	if (p + 1 > (__u8 *)end)
		co_return sum + 2000;
	for (__u32 n = payload[1] & 7, i = 0; i < n; i++) {
		sum += *p;
		co_await next_packet(sum);
	}
	co_return sum + *p + 1000;
}

/* Each packet counts one byte further. */
// DO: run second packet=udp,10.0.0.1:1,10.0.0.2:2,data=0102040810 == 1
// DO: run second packet=udp,10.0.0.1:1,10.0.0.2:2,data=0102040810 == 3
// DO: run second packet=udp,10.0.0.1:1,10.0.0.2:2,data=0102040810 == 7
// DO: run second packet=udp,10.0.0.1:1,10.0.0.2:2,data=0102 == 507
// DO: check #moves == 0
FIBER int moving(struct xdp_md *ctx)
{
	__u8 *p = (void *)(long)ctx->data + PAYLOAD;
	__u32 sum = 0;

	for (__u32 i = 0; i < 100; i++) {
		if ((void *)(p + 1) > (void *)(long)ctx->data_end)
			break;
		sum += *p++;
		co_await next_packet(sum);
	}
	co_return sum + 500;
}

/* A packet without the byte is not counted; whoever is late is not either. */
// DO: run third packet=udp,10.0.0.1:1,10.0.0.2:2,data=0102 == 2
// DO: sleep 60
// DO: check waits[0].late == 1
// DO: run third packet=udp,10.0.0.1:1,10.0.0.2:2,data=0103 == 5
// DO: run third packet=udp,10.0.0.1:1,10.0.0.2:2,data=01 == 105
// DO: run third packet=udp,10.0.0.1:1,10.0.0.2:2,data=0104 == 1009
// DO: check #waits == 0
FIBER int waiting(struct xdp_md *ctx)
{
	__u32 sum = 0, late = 0, kept = 0;
	__u8 *p;

	for (;;) {
		p = (void *)(long)ctx->data + PAYLOAD + 1;
		if ((void *)(p + 1) > (void *)(long)ctx->data_end) {
			co_await next_packet(sum + 100);
			continue;
		}
		sum += *p;
		if (sum >= 9)
			co_return sum + 1000;
		while (co_await next_packet_or_timeout(sum, late ? 3600000 * NS_PER_MS : 10 * NS_PER_MS) == FIBER_TIMEOUT)
			late++;
		sum += *p;
		kept = *p;
		if (kept == 4)
			co_return sum + 1000;
		co_await next_packet(sum);
	}
}

SEC("xdp") int first(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&frames, rounds, &key, ctx, REFUSED);
}

SEC("xdp") int second(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&moves, moving, &key, ctx, REFUSED);
}

SEC("xdp") int third(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&waits, waiting, &key, ctx, REFUSED);
}

/*
 * A position in a structure that helpers move on, and an address that is named
 * twice, once in the check and once in the access.
 */
struct cursor {
	__u8 *at, *end;
};

static __always_inline int take(struct cursor *cursor, __u8 *byte)
{
	if (cursor->at + 1 > cursor->end)
		return -1;
	*byte = *cursor->at++;
	return 0;
}

FIBER_MAP(taken, takes, BPF_MAP_TYPE_HASH, __u32, 4);

// DO: run fourth packet=udp,10.0.0.1:1,10.0.0.2:2,data=0102030405060708 == 1
// DO: run fourth packet=udp,10.0.0.1:1,10.0.0.2:2,data=0102030405060708 == 3
// DO: run fourth packet=udp,10.0.0.1:1,10.0.0.2:2,data=0102030405060708 == 6
// DO: run fourth packet=udp,10.0.0.1:1,10.0.0.2:2,data=0000000405060709 == 37
// DO: run fourth packet=udp,10.0.0.1:1,10.0.0.2:2,data=0102 == 1
// DO: run fourth packet=udp,10.0.0.1:1,10.0.0.2:2,data=01 == 1001
// DO: check #taken == 0
FIBER int takes(struct xdp_md *ctx)
{
	struct cursor cursor = {
		(void *)(long)ctx->data + PAYLOAD, (void *)(long)ctx->data_end
	};
	__u32 sum = 0;
	__u8 byte;

	for (int i = 0; i < 3; i++) {
		if (take(&cursor, &byte))
			co_return 1000 + sum;
		sum += byte;
		co_await next_packet(sum);
	}
	for (int i = 0; i < 8; i++) {
		if (cursor.at + i + 1 > cursor.end)
			break;
		sum += cursor.at[i];
	}
	co_return sum;
}

SEC("xdp") int fourth(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&taken, takes, &key, ctx, REFUSED);
}
