// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// One fiber from a socket's establishment to what is sent through it and to
// what the other end receives: sockops, sk_msg, sk_skb.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FIBER_CONTEXT(sockops, struct bpf_sock_ops);
FIBER_CONTEXT(message, struct sk_msg_md);
FIBER_CONTEXT_NAMED(received, struct __sk_buff);

FIBER_MAP(frames, transfer, BPF_MAP_TYPE_HASH, __u32, 4);

struct {
	__uint(type, BPF_MAP_TYPE_SOCKMAP);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u32);
} sockets SEC(".maps");

__u32 bytes_sent, bytes_received;

// DO: attach on_message sockets
// DO: attach on_received sockets
// DO: attach on_sockops
// DO: shell python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); c = socket.create_connection(s.getsockname()); a = s.accept()[0]; c.send(b"hello"); a.settimeout(5); exit(a.recv(9) != b"hello")'
// DO: check bytes_sent == 5
// DO: check bytes_received == 5
// DO: check #frames == 0
FIBER int transfer(struct bpf_sock_ops *ctx)
{
	struct sk_msg_md *message = co_await next_event(message, 1);
	struct __sk_buff *skb;

	bytes_sent = message->size;
	skb = co_await next_event(received, 1);
	bytes_received = skb->len;
	co_return 1;
}

SEC("sockops") int on_sockops(struct bpf_sock_ops *ctx)
{
	__u32 active = 0, passive = 1;

	if (ctx->op == BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB) {
		bpf_sock_map_update(ctx, &sockets, &active, 0);
		fiber_spawn(&frames, transfer, &active, ctx, FIBER_REPLACE, 1);
	} else if (ctx->op == BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB) {
		bpf_sock_map_update(ctx, &sockets, &passive, 0);
	}
	return 1;
}

SEC("sk_msg") int on_message(struct sk_msg_md *ctx)
{
	__u32 key = 0;

	fiber_resume(&frames, transfer, &key, ctx, 1);
	return 1;
}

SEC("sk_skb/stream_verdict") int on_received(struct __sk_buff *ctx)
{
	__u32 key = 0;

	fiber_resume_in("received", &frames, transfer, &key, ctx, 1);
	return 1;
}
