// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* docs/tutorial.md: the bell, second form, with a mistake. */
#include "vmlinux.h"
#include <bpf/bpf_endian.h>
#include <bpf_fiber/fiber.bpf.h>

#define ETH_P_IP	0x0800
#define PATIENCE_NS	2000000000ULL

FIBER_MAP(visitors, bell, BPF_MAP_TYPE_HASH, __be32, 1024);

/* Who rings three times comes in, until he is silent for two seconds. */
FIBER int bell(struct xdp_md *ctx)
{
	for (__u32 rung = 1; rung < 3; rung++)
		if (co_await next_packet_or_timeout(XDP_DROP, PATIENCE_NS) == FIBER_TIMEOUT)
			goto out;
	while (co_await next_packet_or_timeout(XDP_PASS, PATIENCE_NS) == FIBER_PACKET)
		;
out:
	bpf_printk("silence at interface %u", ctx->ingress_ifindex);
	co_return 0;
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
