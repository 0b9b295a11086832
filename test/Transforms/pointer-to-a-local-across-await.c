// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A pointer to one of several locals is an error: the frame has another address
// in each activation. An index, or a pointer to one element, is right.
// RUN: %refused %s | FileCheck %s --implicit-check-not=error: --implicit-check-not=warning:
// RUN: %compile -Werror -DRIGHT -c %s -o %t.o
#include "fiber.h"

FRAMES(walks);

FIBER int walks(struct xdp_md *ctx)
{
	int odd[4] = { 0 }, even[4] = { 0 }, *seen;

	if (ctx->ingress_ifindex & 1) {
		seen = odd;
		even[1] = bpf_get_prandom_u32();
	} else {
		seen = even;
		odd[1] = 1;
	}
#ifdef RIGHT
	++*seen;
	for (int i = 0; i < 4; i++) {
		int *at = &odd[i];

		*at = ctx->ingress_ifindex ;
		co_await next_packet(XDP_DROP);
		++*at;
	}
#else
	co_await next_packet(XDP_DROP);
	++*seen;
#endif
	co_return odd[ctx->ingress_ifindex & 3] + even[ctx->ingress_ifindex & 3];
}

DELIVER_PACKETS(walks);

// CHECK: pointer-to-a-local-across-await.c:31:11: error: pointer to a local 'seen' does not survive this co_await [bpf-fiber-pointer-across-await]
// CHECK: note: it is used here, in another activation
// CHECK: pointer-to-a-local-across-await.c:31:11: note: a local that lives across the co_await moves into the frame, which another activation sees at another address: keep an index instead of a pointer, or take the address again behind the co_await
// CHECK: 1 error generated.
