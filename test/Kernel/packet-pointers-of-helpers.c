// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Packet pointers across awaits in programs as they are written: headers are
// found by helper functions, which return them or NULL, read as structures,
// copied, and given to the kernel; at XDP and tc hooks. A check of the user's
// own behind the await is the one that counts.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FIBER_MAP(frames, headers, BPF_MAP_TYPE_HASH, __u32, 4);
FIBER_MAP(skbs, skb_headers, BPF_MAP_TYPE_HASH, __u32, 4);
FIBER_MAP(rechecked, rechecks, BPF_MAP_TYPE_HASH, __u32, 4);

static __always_inline struct iphdr *find_ip(void *data, void *end)
{
	struct ethhdr *eth = data;
	struct iphdr *ip;

	if ((void *)(eth + 1) > end)
		return NULL;
	ip = (void *)(eth + 1);
	if ((void *)(ip + 1) > end || ip->ihl < 5)
		return NULL;
	return ip;
}

static __always_inline int find_udp(struct iphdr *ip, void *end, struct udphdr **udp)
{
	struct udphdr *found = (void *)ip + ip->ihl * 4;

	if ((void *)(found + 1) > end)
		return -1;
	*udp = found;
	return 0;
}

/* The second packet's protocol, addresses and ports. */
// DO: run deliver packet=udp,10.0.0.1:1,10.0.0.2:2 == 17
// DO: run deliver packet=udp,10.0.0.3:5,10.0.0.4:7 == 1203
// DO: run deliver packet=udp,10.0.0.3:9,10.0.0.4:7 == 3
// DO: check #frames == 0
// DO: run deliver packet=udp,10.0.0.1:1,10.0.0.2:2 == 17
// DO: run deliver packet=raw,0000000000000000000000000800450000000000000000110000000000000000 == 901
// DO: check #frames == 0
// DO: run deliver packet=udp,10.0.0.1:1,10.0.0.2:2 == 17
// DO: run deliver packet=raw,00000000000000000000000008004500000000000000001100000a0000030a00000400050007 == 902
// DO: check #frames == 0
FIBER int headers(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct iphdr *ip = find_ip(data, end);
	struct udphdr *udp, copy;

	if (!ip)
		co_return 901;
	if (find_udp(ip, end, &udp))
		co_return 902;
	co_await next_packet(ip->protocol);
	if ((__builtin_bswap32(ip->saddr) & 0xff) != 3)
		co_return 903;
	__builtin_memcpy(&copy, udp, sizeof(copy));
	co_await next_packet(__builtin_bswap16(copy.source) * 100 +
			     __builtin_bswap16(udp->dest) * 100 +
			     (__builtin_bswap32(ip->saddr) & 0xff));
	co_return bpf_csum_diff(NULL, 0, (__be32 *)&ip->saddr, 4, 0) ==
		  (__s64)bpf_csum_diff(NULL, 0, (__be32 *)&ip->saddr, 4, 0) ? 3 : 4;
}

SEC("xdp") int deliver(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&frames, headers, &key, ctx, REFUSED);
}

// DO: run clsact packet=udp,10.0.0.1:1,10.0.0.2:2 == 1
// DO: run clsact packet=udp,10.0.0.9:1,10.0.0.2:2 == 9
// DO: check #skbs == 0
// DO: run clsact packet=udp,10.0.0.1:1,10.0.0.2:2 == 1
// DO: run clsact packet=raw,00000000000000000000000088b545000000 == 901
// DO: check #skbs == 0
FIBER int skb_headers(struct __sk_buff *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct iphdr *ip = find_ip(data, end);

	if (!ip)
		co_return 901;
	co_await next_packet(__builtin_bswap32(ip->saddr) & 0xff);
	co_return __builtin_bswap32(ip->saddr) & 0xff;
}

SEC("tc") int clsact(struct __sk_buff *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&skbs, skb_headers, &key, ctx, REFUSED);
}

// DO: run again packet=udp,10.0.0.1:1,10.0.0.2:2 == 1
// DO: run again packet=raw,0000000000000000000000000800450000000000000000110000000000000000 == 13
// DO: run again packet=udp,10.0.0.1:1,10.0.0.2:2 == 1
// DO: run again packet=udp,10.0.0.1:1,10.0.0.2:7 == 8
// DO: check #rechecked == 0
FIBER int rechecks(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	__u8 *port = data + sizeof(struct ethhdr) + sizeof(struct iphdr) + 2;

	if ((void *)(port + 2) > end)
		co_return 12;
	co_await next_packet(1);
	if ((void *)(port + 2) > end)
		co_return 13;
	co_return port[1] + 1;
}

SEC("xdp") int again(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&rechecked, rechecks, &key, ctx, REFUSED);
}
