// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * sni-filter - no connection to servers with these names.
 *
 * A TLS client says first to whom it wants to speak, in its ClientHello.  That
 * is read here as it comes, in however many segments.
 */
#include "vmlinux.h"
#include <bpf_fiber/fiber.bpf.h>

#include "sni-filter.h"

#define ETIMEDOUT	110

FIBER_MAP(streams, client_hello, BPF_MAP_TYPE_HASH, struct flow, MAX_STREAMS);

static __always_inline const struct segment *arrived(void)
{
	return (const struct segment *)fiber_value();
}

/* The time that began with the SYN goes on. */
AWAITABLE long next_packet_in_time(long verdict)
{
	return __fiber_suspend("home|timer", verdict, NULL);
}

/* Read a number, or the hash of a name. Return: 0, or why there will be none */
FIBER int read(struct xdp_md *ctx, struct stream *stream, __u16 bytes, bool name)
{
	int verdict;

	stream->number = name ? FNV_BASIS : 0;
	stream->need = bytes;
	while ((verdict = take(ctx, stream, arrived(), name)) > 0)
		if (co_await next_packet_in_time(verdict) != FIBER_PACKET)
			return -ETIMEDOUT;
	return verdict;
}

/* Return: XDP_PASS; XDP_DROP; or what read() gave */
static __always_inline int judge(struct xdp_md *ctx, struct stream *stream)
{
	__u16 record, left;
	__u64 *refused, n;

	co_try(co_await read(ctx, stream, 5, false));
	if (stream->number >> 32 != TLS_HANDSHAKE)
		return XDP_PASS;
	record = stream->number;
	co_try(co_await read(ctx, stream, 4, false));
	/* In one record, as every client has it that does not hide. */
	if (stream->number >> 24 != TLS_CLIENT_HELLO ||
	    (stream->number & 0xffffff) + 4 > record)
		return XDP_DROP;

	/* The lengths of session, cipher suites, compression methods, extensions. */
	stream->number = TLS_VERSION_AND_RANDOM;
	for (__u8 i = 0; i < 4; i++) {
		stream->next += stream->number;
		co_try(co_await read(ctx, stream, i % 2 ? 2 : 1, false));
	}

	left = stream->number;
	while (left >= 4 && can_loop()) {
		co_try(co_await read(ctx, stream, 4, false));
		left -= 4;
		n = stream->number & 0xffff;
		if (stream->number >> 16 == TLS_SERVER_NAME)
			goto name;
		if (n > left)
			break;
		left -= n;
		stream->next += n;
	}
	return XDP_PASS;

name:
	co_try(co_await read(ctx, stream, 5, false));
	n = stream->number & 0xffff;
	if ((stream->number >> 16 & 0xff) != TLS_HOST_NAME || n > MAX_NAME)
		return XDP_DROP;
	co_try(co_await read(ctx, stream, n, true));
	refused = bpf_map_lookup_elem(&blocklist, &stream->number);
	if (!refused)
		return XDP_PASS;
	__sync_fetch_and_add(refused, 1);
	return XDP_DROP;
}

FIBER int client_hello(struct xdp_md *ctx)
{
	struct stream stream = {};
	int verdict;

	/* Of a stream that has been judged. */
	if (!arrived()->syn)
		co_return XDP_PASS;
	for (;;) {
		stream.next = arrived()->seq + 1;
		verdict = -ETIMEDOUT;
		if (co_await next_packet_or_timeout(XDP_PASS, HELLO_NS) == FIBER_PACKET)
			verdict = co_await judge(ctx, &stream);
		if (verdict == XDP_PASS)
			co_return XDP_PASS;
		if (verdict == AGAIN)
			continue;
		do {
			if (co_await next_packet_or_timeout(XDP_DROP, REFUSED_NS) != FIBER_PACKET)
				co_return 0;
		} while (!arrived()->syn);
	}
}

SEC("xdp") int filter(struct xdp_md *ctx)
{
	struct segment segment = {};
	struct flow key;
	int verdict;

	verdict = parse(ctx, &key, &segment);
	if (verdict)
		return verdict;
	return fiber_deliver_with(&streams, client_hello, &key, ctx, XDP_DROP, &segment);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
