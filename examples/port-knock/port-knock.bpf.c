// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * port-knock - a port that opens to who knocks.
 *
 * TCP and UDP from a source get through only to port 22, and only after three
 * packets to the ports 7000, 8000 and 9000, in this order and with nothing in
 * between.  Ten seconds of silence start it over.
 */
#include "vmlinux.h"
#include <bpf_fiber/fiber.bpf.h>

#include "port-knock.h"

FIBER_MAP(sessions, knock, BPF_MAP_TYPE_HASH, struct flow, MAX_SESSIONS);

FIBER int knock(struct xdp_md *ctx)
{
	for (__u32 i = 0; i < KNOCKS; i++) {
		if (fiber_value() != KNOCK_PORT(i))
			co_return XDP_DROP;
		if (co_await next_packet_or_timeout(XDP_DROP, SILENCE_NS) != FIBER_PACKET)
			co_return XDP_DROP;
	}

	for (;;) {
		int verdict = fiber_value() == GUARDED_PORT ? XDP_PASS : XDP_DROP;

		if (co_await next_packet_or_timeout(verdict, SILENCE_NS) != FIBER_PACKET)
			co_return XDP_DROP;
	}
}

SEC("xdp") int firewall(struct xdp_md *ctx)
{
	struct flow key;
	__u32 port;

	if (!parse(ctx, &key, &port))
		return XDP_PASS;
	/* The port is handed over: the fiber need not parse the packet again. */
	return fiber_deliver_with(&sessions, knock, &key, ctx, XDP_DROP, port);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
