// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What a verb handed over points into the program that ran the activation, and
// is gone with it; a number that was handed over may be kept. The fiber's key is
// each activation's.
// RUN: %refused %s | FileCheck %s --implicit-check-not=error: --implicit-check-not=warning:
// RUN: %compile -Werror -DRIGHT -c %s -o %t.o
#include "fiber.h"

struct header {
	__u32 source;
};

FRAMES(takes);

FIBER int takes(struct xdp_md *ctx)
{
	struct header *header = (void *)fiber_value();
	__u64 number = fiber_value();
	const __u32 *self = fiber_self();
	int n = header->source;

	co_await next_packet(XDP_DROP);
#ifdef RIGHT
	header = (void *)fiber_value();
#endif
	co_return n + header->source + *self + (number == 3);
}

SEC("xdp") int takes_program(struct xdp_md *ctx)
{
	struct header header = { ctx->ingress_ifindex };
	__u32 key = 0;

	return fiber_deliver_with(&takes_frames, takes, &key, ctx, XDP_PASS, &header);
}

// CHECK: handed-over-pointer-across-await.c:22:11: error: pointer handed over by the resumer 'header' does not survive this co_await [bpf-fiber-pointer-across-await]
// CHECK: handed-over-pointer-across-await.c:22:11: note: it points into the program that ran this activation: copy what you need into a local before the co_await
// CHECK: 1 error generated.
