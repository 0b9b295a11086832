// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* docs/tutorial.md: the bell, first form. */
#include "vmlinux.h"
#include <bpf/bpf_endian.h>
#include <bpf_fiber/fiber.bpf.h>

#define ETH_P_IP	0x0800

FIBER_MAP(visitors, bell, BPF_MAP_TYPE_HASH, __be32, 1024);

/* Who rings three times comes in. */
FIBER int bell(struct xdp_md *ctx)
{
	for (__u32 rung = 1; rung < 3; rung++)
		co_await next_packet(XDP_DROP);
	for (;;)
		co_await next_packet(XDP_PASS);
}

SEC("xdp") int door(struct xdp_md *ctx)
{
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = (void *)(long)ctx->data;
	struct iphdr *ip = (void *)(eth + 1);
	__be32 source;

	if ((void *)(ip + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP))
		return XDP_PASS;
	source = ip->saddr;
	return fiber_deliver(&visitors, bell, &source, ctx, XDP_DROP);
}

char LICENSE[] SEC("license") = "GPL";
