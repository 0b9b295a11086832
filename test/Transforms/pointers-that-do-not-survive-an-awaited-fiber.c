// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What lives across an await of a fiber lives across the awaits in it, and what
// is passed down must survive there. The message is at the await where it does
// not, and tells by whom that was called. A context goes down and is always the
// present one; a pointer that is used before the first await is no matter, nor
// is one that a check of the caller's covers.
// RUN: %refused %s | FileCheck --match-full-lines --implicit-check-not=error: %s
// RUN: %compile -DGOOD -Werror -c %s -o %t.o
#include "fiber.h"

FRAMES(parent);

struct wait {
	int n;
};

FIBER int child(struct xdp_md *ctx, __u8 *first, struct wait *wait)
{
	__u8 kind = *first;

	while (wait->n--)
		co_await next_packet(kind);
#ifndef GOOD
	// CHECK: {{.*}}:[[#@LINE-2]]:{{[0-9]+}}: error: packet pointer 'data' does not survive this co_await [bpf-fiber-pointer-across-await]
	// CHECK: {{.*}}note: it comes from here
	// CHECK: {{.*}}note: it is used here, in another activation
	// CHECK: {{.*}}note: the packet is another one {{.*}}
	// CHECK: {{.*}}:[[#@LINE+18]]:{{[0-9]+}}: note: in 'child', called here
	co_return first[3];
#endif
	co_return kind + ctx->rx_queue_index;
}

FIBER int parent(struct xdp_md *ctx)
{
	__u8 *data = data_of(ctx);
	struct wait wait = { ctx->rx_queue_index };

	if ((void *)(data + 2) > end_of(ctx))
		co_return XDP_DROP;
#ifdef GOOD
	wait.n += data[1];
	wait.n = co_await child(ctx, data, &wait);
	co_return wait.n + data[0];
#else
	wait.n = co_await child(ctx, data, &wait);
	co_return wait.n + data[1];
#endif
}

DELIVER_PACKETS(parent);
