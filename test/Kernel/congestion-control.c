// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The life of a connection's congestion control, a struct_ops, is one fiber.
// RUN: %everywhere %s %t
#include "kernel-test.h"

/* The arguments of each operation are an array. */
FIBER_CONTEXT(init, unsigned long long);
FIBER_CONTEXT_NAMED(avoid, unsigned long long);
FIBER_CONTEXT_NAMED(release, unsigned long long);

FIBER_MAP(frames, control, BPF_MAP_TYPE_HASH, __u64, 64);

__u64 begun, acks, lives;

// DO: attach fiber_cc
// DO: shell python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); c = socket.socket(); c.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, b"bpf_fiber"); c.connect(s.getsockname()); a = s.accept()[0]; [(c.send(bytes(999)), a.recv(999)) for i in range(9)]; c.close()'
// DO: check begun > 0
// DO: wait lives - begun == 0
// DO: check acks > 0
// DO: check #frames == 0
FIBER int control(unsigned long long *ctx)
{
	unsigned long long *args;

	begun++;
	args = co_await next_event(avoid, 0);
	acks += (__u32)args[2] > 0;
	co_await next_event(release, 0);
	lives++;
	co_return 0;
}

SEC("struct_ops/fiber_init") void fiber_init(unsigned long long *ctx)
{
	__u64 key = ctx[0];

	fiber_spawn(&frames, control, &key, ctx, FIBER_REPLACE, 0);
}

SEC("struct_ops/fiber_avoid") void fiber_avoid(unsigned long long *ctx)
{
	__u64 key = ctx[0];

	fiber_resume_in("avoid", &frames, control, &key, ctx, 0);
}

SEC("struct_ops/fiber_release") void fiber_release(unsigned long long *ctx)
{
	__u64 key = ctx[0];

	fiber_resume_in("release", &frames, control, &key, ctx, 0);
}

SEC("struct_ops/fiber_ssthresh") __u32 fiber_ssthresh(unsigned long long *ctx)
{
	return 2;
}

SEC("struct_ops/fiber_undo") __u32 fiber_undo(unsigned long long *ctx)
{
	return 10;
}

SEC(".struct_ops") struct tcp_congestion_ops fiber_cc = {
	.init = (void *)fiber_init,
	.release = (void *)fiber_release,
	.cong_avoid = (void *)fiber_avoid,
	.ssthresh = (void *)fiber_ssthresh,
	.undo_cwnd = (void *)fiber_undo,
	.name = "bpf_fiber",
};
