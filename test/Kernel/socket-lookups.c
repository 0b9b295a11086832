// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A fiber from one socket lookup to the next: what knocks first is let in.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FIBER_CONTEXT(lookup, struct bpf_sk_lookup);

FIBER_MAP(frames, knocking, BPF_MAP_TYPE_HASH, __u32, 4);

__u32 first_port;
__u64 knocks;

// DO: attach on_lookup
// DO: shell python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 4000)); c = socket.socket(); exit(c.connect_ex(("127.0.0.1", 4000)) == 0)'
// DO: check knocks == 1
// DO: shell python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 4000)); c = socket.socket(); exit(c.connect_ex(("127.0.0.1", 4000)) != 0)'
// DO: check first_port == 4000
// DO: check #frames == 0
FIBER int knocking(struct bpf_sk_lookup *ctx)
{
	__u32 port = ctx->local_port;

	knocks++;
	co_await next_event(lookup, SK_DROP);
	first_port = port;
	co_return SK_PASS;
}

SEC("sk_lookup") int on_lookup(struct bpf_sk_lookup *ctx)
{
	__u32 key = ctx->remote_ip4;

	return fiber_deliver(&frames, knocking, &key, ctx, SK_DROP) == SK_PASS ? SK_PASS : SK_DROP;
}
