// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "kernel-test.h"

FRAMES(keeps);

FIBER int keeps(struct xdp_md *ctx)
{
	struct bpf_sock_tuple tuple = {};
	__u32 wanted = ctx->rx_queue_index;
	struct bpf_sock *sk;

	co_await next_packet(XDP_DROP);
	sk = bpf_sk_lookup_tcp(ctx, &tuple, sizeof(tuple.ipv4), -1, 0);
	if (!sk)
		co_return XDP_PASS;
	if (sk->state == wanted)
		co_return XDP_DROP;
	bpf_sk_release(sk);
	co_return XDP_PASS;
}

DELIVER_PACKETS(keeps)

// EXPLAIN: error: program 'deliver': a reference is still held where the program, or an activation of the fiber, ends
// EXPLAIN: reference-not-released.c:12:11: note: fiber 'keeps' was resumed from its co_await in state L12_next_packet, and has suspended again or ended since
// EXPLAIN: reference-not-released.c:13:7: note: the reference was acquired here
// EXPLAIN-NEXT: 13 | {{.*}}sk = bpf_sk_lookup_tcp(
// EXPLAIN: note: the verifier says (check_reference_leak()): Unreleased reference id=
// EXPLAIN: note: release it on every path
