// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * data-path - the Dataplane OS of the talk: receive in XDP, let user space
 * work, send from where it answers.  One function, in the order in which it
 * happens.
 */
#include "vmlinux.h"
#include <bpf_fiber/fiber.bpf.h>

#include "data-path.bpf.h"

FIBER_MAP(data_paths, data_path, BPF_MAP_TYPE_HASH, struct flow, MAX_CONNECTIONS);
FIBER_EVENTS(EVENTS_SIZE);

FIBER int data_path(struct xdp_md *ctx)
{
	struct dp_connection *sk = sk_lookup(fiber_self());
	long bytes;

	if (!sk || sk->state != TCP_ESTABLISHED)
		co_return XDP_PASS;

	if (bpf_gro_xdp(sk, ctx))
		co_return XDP_DROP;

	tcp_rcv_established(sk, ctx);
	bytes = co_await yield_to_user();
	if (bytes < 0)
		co_return XDP_DROP;	/* nobody reads: the peer sends again */

	sk = sk_lookup(fiber_self());
	if (!sk)
		co_return -1;		/* closed meanwhile */
	tcp_send(sk, bytes);
	co_return enqueue_qdisc(bytes);
}

SEC("xdp") int receive(struct xdp_md *ctx)
{
	struct flow key;

	if (!flow_of(ctx, &key))
		return XDP_PASS;
	return fiber_spawn(&data_paths, data_path, &key, ctx, FIBER_REFUSE, XDP_DROP);
}

SEC("syscall") int reply(struct dp_answer *answer)
{
	struct flow key = answer->key;

	return fiber_reply(&data_paths, data_path, &key, answer, -1, answer->token,
			   answer->bytes);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
