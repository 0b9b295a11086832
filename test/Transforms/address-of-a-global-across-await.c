// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// One of several globals, chosen by control flow, cannot be kept by its address;
// an index into an array of them can, and so can the address of an element.
// RUN: %refused %s | FileCheck %s --implicit-check-not=error: --implicit-check-not=warning:
// RUN: %compile -Werror -DRIGHT -c %s -o %t.o
#include "fiber.h"

FRAMES(chooses);

int counts[3], left, right;

FIBER int chooses(struct xdp_md *ctx)
{
	int *count;

#ifdef RIGHT
	count = &counts[ctx->ingress_ifindex & 1];
#else
	if (ctx->ingress_ifindex == 7) {
		count = &left;
		right = 1;
	} else {
		count = &right;
		left = bpf_get_prandom_u32();
	}
#endif
	co_await next_packet(XDP_DROP);
	++*count;
	co_return XDP_DROP;
}

DELIVER_PACKETS(chooses);

// CHECK: address-of-a-global-across-await.c:27:11: error: address of a global variable 'count' does not survive this co_await [bpf-fiber-pointer-across-await]
// CHECK: address-of-a-global-across-await.c:28:2: note: it is used here, in another activation
// CHECK: address-of-a-global-across-await.c:27:11: note: the kernel knows it as an address only where it is taken: keep an index or a flag instead, and take the address again behind the co_await
// CHECK: 1 error generated.
