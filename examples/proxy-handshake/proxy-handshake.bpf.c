// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * proxy-handshake - a server hears of clients only that are really there and
 * that user space has agreed to.
 *
 * The proxy does the handshake with the client, asks, then does the handshake
 * with the server.  Both have counted from other numbers then, which is what
 * remains to be translated.
 */
#include "vmlinux.h"
#include <bpf_fiber/fiber.bpf.h>

#include "proxy-handshake.bpf.h"

FIBER_MAP(connections, connection, BPF_MAP_TYPE_HASH, struct flow, MAX_CONNECTIONS);
FIBER_EVENTS(EVENTS_SIZE);

static __always_inline const struct segment *arrived(void)
{
	return (const struct segment *)fiber_value();
}

/* The time that began with an earlier wait goes on. */
AWAITABLE long next_packet_in_time(long verdict)
{
	return __fiber_suspend("home|timer", verdict, NULL);
}

/* Return: whether there is a client, which has got the proxy's SYN-ACK. */
static __always_inline bool client_is_there(struct xdp_md *ctx, __u32 *isn, __u32 proxy_isn)
{
	long verdict;

	*isn = arrived()->seq;
	verdict = make(ctx, BACK | SYN | ACK, proxy_isn, *isn + 1);
	if (co_await next_packet_or_timeout(verdict, HANDSHAKE_NS) != FIBER_PACKET)
		return false;
	while (!arrived()->from_client || arrived()->flags != ACK ||
	       arrived()->ack != proxy_isn + 1) {
		verdict = XDP_DROP;
		if (arrived()->from_client && arrived()->flags == SYN) {
			*isn = arrived()->seq;
			verdict = make(ctx, BACK | SYN | ACK, proxy_isn, *isn + 1);
		}
		if (co_await next_packet_in_time(verdict) != FIBER_PACKET)
			return false;
	}
	return true;
}

/*
 * What the client sends makes a SYN to the server: the client will send it
 * again.
 *
 * Return: whether there is a server, which has sent its SYN-ACK or RST.
 */
static __always_inline bool server_is_there(struct xdp_md *ctx, __u32 isn)
{
	while (arrived()->from_client || !(arrived()->flags & (SYN | RST)) ||
	       arrived()->ack != isn + 1) {
		long verdict = arrived()->from_client ? make(ctx, SYN, isn, 0) : XDP_DROP;

		if (co_await next_packet_or_timeout(verdict, HANDSHAKE_NS) != FIBER_PACKET)
			return false;
	}
	return true;
}

FIBER int connection(struct xdp_md *ctx)
{
	__u32 isn, proxy_isn = bpf_get_prandom_u32(), offset;
	long verdict;
	bool allow;

	if (!arrived()->from_client || arrived()->flags != SYN)
		co_return XDP_DROP;
	if (!co_await client_is_there(ctx, &isn, proxy_isn))
		co_return XDP_DROP;

	if (co_await yield_to_user_or_timeout(XDP_DROP, DECISION_NS) != FIBER_USER)
		co_return XDP_DROP;
	allow = fiber_value();
	/* To send something takes a packet; the client has one. */
	if (co_await next_packet_in_time(0) != FIBER_PACKET)
		co_return XDP_DROP;
	if (!allow)
		co_return make(ctx, BACK | RST | ACK, proxy_isn + 1, arrived()->seq);

	if (!co_await server_is_there(ctx, isn))
		co_return XDP_DROP;
	if (arrived()->flags & RST)
		co_return make(ctx, RST | ACK, proxy_isn + 1, isn + 1);
	offset = arrived()->seq - proxy_isn;
	verdict = make(ctx, BACK | ACK, isn + 1, arrived()->seq + 1);

	while (co_await next_packet_or_timeout(verdict, IDLE_NS) == FIBER_PACKET) {
		if (arrived()->from_client)
			verdict = translate(ctx, 0, offset);
		else
			verdict = translate(ctx, -offset, 0);
		if (arrived()->flags & RST)
			co_return verdict;
	}
	co_return XDP_DROP;
}

SEC("xdp") int proxy(struct xdp_md *ctx)
{
	struct segment segment = {};
	struct flow key = {};
	int verdict;

	verdict = parse(ctx, &key, &segment);
	if (verdict)
		return verdict;
	return fiber_deliver_with(&connections, connection, &key, ctx, XDP_DROP, &segment);
}

SEC("syscall") int decide(struct decision *decision)
{
	struct flow key = decision->flow;

	return fiber_reply(&connections, connection, &key, decision, -1, decision->token,
			   decision->allow);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
