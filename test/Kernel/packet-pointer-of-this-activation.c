// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A packet pointer of an earlier activation is made again where the present one
// has loaded the packet's begin itself, too: in the fiber, or in the guard of a
// fiber that a pointer was handed down to.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FIBER_MAP(guarding, guards, BPF_MAP_TYPE_HASH, __u32, 4);
FIBER_MAP(loading, loads, BPF_MAP_TYPE_HASH, __u32, 4);

FIBER int child(struct xdp_md *ctx, __u8 *port)
{
	co_await next_packet(*port);
	co_return 100 + *port;
}

// DO: run first port=3 == 3
// DO: run first port=4 == 104
// DO: run first port=3 == 3
// DO: run first port=5 == 1
// DO: run first port=3 == 3
// DO: run first packet=raw,000000000000000000000000000000000000 == 7
// DO: check #guarding == 0
// DO: check guards_counters.aborted == 0
FIBER int guards(struct xdp_md *ctx)
{
	__u8 *port = (void *)(long)ctx->data + 36;

	if ((void *)(port + 2) > (void *)(long)ctx->data_end)
		co_return 7;
	co_return co_await fiber_guard(child(ctx, port + 1), number(ctx) == 5);
}

SEC("xdp") int first(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&guarding, guards, &key, ctx, REFUSED);
}

// DO: run second port=3 == 3
// DO: run second port=4 == 104
// DO: run second port=3 == 3
// DO: run second packet=raw,000000000000000000000000000000000000 == 7
// DO: check #loading == 0
FIBER int loads(struct xdp_md *ctx)
{
	__u8 *port = (void *)(long)ctx->data + 36;
	int next;

	if ((void *)(port + 2) > (void *)(long)ctx->data_end)
		co_return 7;
	co_await next_packet(port[1]);
	next = number(ctx);
	co_return (next < 0 ? 0 : 100) + port[1];
}

SEC("xdp") int second(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&loading, loads, &key, ctx, REFUSED);
}
