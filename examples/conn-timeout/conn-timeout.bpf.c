// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * conn-timeout - TCP connections, from handshake to end, each with its timeouts.
 *
 * Only segments of connections that began with a handshake get through.  The
 * handshake must be complete in time, and only so many may be under way; a
 * silent connection is given up.
 */
#include "vmlinux.h"
#include <bpf_fiber/fiber.bpf.h>

#include "conn-timeout.h"

#define RESET	(-1)	/* next to FIBER_PACKET and FIBER_TIMEOUT */

FIBER_MAP(connections, connection, BPF_MAP_TYPE_HASH, struct flow, MAX_CONNECTIONS);

static __always_inline const struct segment *arrived(void)
{
	return (const struct segment *)fiber_value();
}

/* The time that began with an earlier wait goes on. */
AWAITABLE long next_packet_in_time(long verdict)
{
	return __fiber_suspend("home|timer", verdict, NULL);
}

/* SYN, SYN-ACK, ACK: each acknowledges the one before, all in one time. */
static __always_inline long handshake(void)
{
	__u8 sender = arrived()->from, answer = SYN | ACK;
	__u32 ack = arrived()->seq + 1;
	long verdict = XDP_PASS;

	while (co_await next_packet_in_time(verdict) == FIBER_PACKET) {
		const struct segment *segment = arrived();

		if (segment->flags & RST)
			return RESET;
		verdict = XDP_DROP;
		if (segment->from == sender) {
			/* Once more, because the answer was lost. */
			if (segment->flags & SYN)
				verdict = XDP_PASS;
		} else if (segment->flags == answer && segment->ack == ack) {
			if (answer == ACK)
				return FIBER_PACKET;
			sender = segment->from;
			answer = ACK;
			ack = segment->seq + 1;
			verdict = XDP_PASS;
		}
	}
	return FIBER_TIMEOUT;
}

static __always_inline long until_fin(void)
{
	while (!(arrived()->flags & FIN)) {
		if (co_await next_packet_or_timeout(XDP_PASS, IDLE_NS) != FIBER_PACKET)
			return FIBER_TIMEOUT;
		if (arrived()->flags & RST)
			return RESET;
	}
	return FIBER_PACKET;
}

/* The last segments pass.  A SYN is another connection between the same ports. */
static __always_inline bool until_syn(void)
{
	long event = co_await next_packet_or_timeout(XDP_PASS, CLOSING_NS);

	while (event == FIBER_PACKET && !(arrived()->flags & RST)) {
		if (arrived()->flags == SYN)
			return true;
		event = co_await next_packet_in_time(XDP_PASS);
	}
	return false;
}

FIBER int connection(struct xdp_md *ctx)
{
	long event;

	if (arrived()->flags != SYN)
		co_return XDP_DROP;
	do {
		if (stats.half_open >= half_open_limit) {
			COUNT(refused, 1);
			co_return XDP_DROP;
		}
		/* It has a frame now: what is counted will be uncounted. */
		__fiber_arm_deadline(HANDSHAKE_NS);
		COUNT(half_open, 1);
		event = co_await handshake();
		COUNT(half_open, -1);
		if (event == FIBER_TIMEOUT) {
			COUNT(timed_out, 1);
			co_return 0;
		}
		if (event == FIBER_PACKET) {
			COUNT(established, 1);
			event = co_await until_fin();
			COUNT(established, -1);
		}
		if (event == FIBER_TIMEOUT) {
			COUNT(idle, 1);
			co_return 0;
		}
		if (event == RESET) {
			COUNT(reset, 1);
			co_return XDP_PASS;
		}
		COUNT(closed, 1);
	} while (co_await until_syn());
	co_return XDP_PASS;
}

SEC("xdp") int track(struct xdp_md *ctx)
{
	struct segment segment = {};
	struct flow key;
	int verdict;

	verdict = parse(ctx, &key, &segment);
	if (verdict)
		return verdict;
	return fiber_deliver_with(&connections, connection, &key, ctx, XDP_DROP, &segment);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
