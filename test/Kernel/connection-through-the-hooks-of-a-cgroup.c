// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// One fiber follows a connection from connect() to its establishment through a
// cgroup's hooks of three types, with a time limit.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FIBER_CONTEXT(connect, struct bpf_sock_addr);
FIBER_CONTEXT(sockops, struct bpf_sock_ops);
FIBER_CONTEXT_NAMED(egress, struct __sk_buff);
FIBER_CONTEXT(sockopt, struct bpf_sockopt);
FIBER_CONTEXT(sysctl, struct bpf_sysctl);

FIBER_MAP(connections, connection, BPF_MAP_TYPE_HASH, __u64, 1024);
FIBER_MAP(options, option, BPF_MAP_TYPE_HASH, __u32, 1);
FIBER_MAP(reads, reading, BPF_MAP_TYPE_HASH, __u32, 1);

#define LIMIT_NS	(10000 * NS_PER_MS)

__u64 asked, sent, established, late, option_pairs, reads_seen;
__u32 port;

// DO: attach on_connect
// DO: attach on_egress
// DO: attach on_sockops
// DO: attach on_getsockopt
// DO: attach on_sysctl
// DO: shell python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); c = socket.create_connection(s.getsockname()); a = s.accept(); [c.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) for i in range(2)]'
// DO: check established == 1
// DO: check asked == 1
// DO: check sent >= 1
// DO: check port > 1023
// DO: check late == 0
// DO: wait #connections == 0
// DO: check connection_counters.aborted == 0
// DO: check option_pairs == 1
// DO: shell cat /proc/sys/kernel/ostype /proc/sys/kernel/osrelease >/dev/null
// DO: check reads_seen >= 2
FIBER int connection(struct bpf_sock_addr *ctx)
{
	__u16 to = (__u16)ctx->user_port;
	struct bpf_sock_ops *ops = co_await next_event_or_timeout(sockops, 1, LIMIT_NS);

	if (!ops || ops->op != BPF_SOCK_OPS_TCP_CONNECT_CB)
		goto late;
	asked++;
	if (!co_await next_event_or_timeout(egress, 1, LIMIT_NS))
		goto late;
	sent++;
	do {
		ops = co_await next_event_or_timeout(sockops, 1, LIMIT_NS);
		if (!ops)
			goto late;
	} while (ops->op != BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB);
	established++;
	port = __builtin_bswap16(to);
	co_return 1;
late:
	late++;
	co_return 1;
}

FIBER int option(struct bpf_sockopt *ctx)
{
	int first = ctx->optname;
	struct bpf_sockopt *second = co_await next_event(sockopt, 1);

	if (second->optname == first)
		option_pairs++;
	co_return 1;
}

FIBER int reading(struct bpf_sysctl *ctx)
{
	reads_seen += !ctx->write;
	ctx = co_await next_event(sysctl, 1);
	reads_seen += !ctx->write;
	co_return 1;
}

SEC("cgroup/connect4") int on_connect(struct bpf_sock_addr *ctx)
{
	__u64 cookie = bpf_get_socket_cookie(ctx);

	fiber_spawn(&connections, connection, &cookie, ctx, FIBER_REPLACE, 1);
	return 1;
}

SEC("sockops") int on_sockops(struct bpf_sock_ops *ctx)
{
	__u64 cookie = bpf_get_socket_cookie(ctx);

	fiber_resume(&connections, connection, &cookie, ctx, 1);
	return 1;
}

SEC("cgroup_skb/egress") int on_egress(struct __sk_buff *ctx)
{
	__u64 cookie = bpf_get_socket_cookie(ctx);

	fiber_resume_in("egress", &connections, connection, &cookie, ctx, 1);
	return 1;
}

SEC("cgroup/getsockopt") int on_getsockopt(struct bpf_sockopt *ctx)
{
	__u32 key = 0;

	if (ctx->optname == 8 /* SO_RCVBUF */)
		fiber_deliver(&options, option, &key, ctx, 1);
	return 1;
}

SEC("cgroup/sysctl") int on_sysctl(struct bpf_sysctl *ctx)
{
	__u32 key = 0;

	fiber_deliver(&reads, reading, &key, ctx, 1);
	return 1;
}
