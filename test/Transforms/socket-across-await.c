// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// No map can own a socket reference; releasing it before the await is right.
// RUN: %refused %s | FileCheck %s --implicit-check-not=error: --implicit-check-not=warning:
// RUN: %compile -Werror -DRIGHT -c %s -o %t.o
#include "fiber.h"

struct bpf_sock_tuple {
	__u32 addresses[3];
};

struct bpf_sock {
	__u32 bound_dev_if;
};

FRAMES(looks);

FIBER int looks(struct xdp_md *ctx)
{
	struct bpf_sock_tuple tuple = { { 1, 2, 3 } };
	struct bpf_sock *socket = bpf_sk_lookup_udp(ctx, &tuple, sizeof(tuple), -1, 0);
	int bound = 0;

	if (!socket)
		co_return XDP_ABORTED;
#ifdef RIGHT
	bound = socket->bound_dev_if;
	bpf_sk_release(socket);
#endif
	co_await next_packet(XDP_DROP);
#ifndef RIGHT
	bound = socket->bound_dev_if;
	bpf_sk_release(socket);
#endif
	co_return bound;
}

DELIVER_PACKETS(looks);

// CHECK: socket-across-await.c:29:11: error: socket reference 'socket' does not survive this co_await [bpf-fiber-pointer-across-await]
// CHECK: socket-across-await.c:20:28: note: it comes from here
// CHECK: socket-across-await.c:31:18: note: it is used here, in another activation
// CHECK: socket-across-await.c:29:11: note: no map can own a socket reference: release it before the co_await and look the socket up again behind it
// CHECK: 1 error generated.
