// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Two verbs of one fiber in one program share the claim and the resume
// function, if they name the same key. Otherwise, and where a pointer is handed
// over in one of them only, each has its own.
//
// RUN: %compile -O2 -mcpu=v3 -S %s -o - | FileCheck %s
// RUN: %compile -O2 -mcpu=v3 -DOTHER_KEY -S %s -o - | FileCheck --check-prefix=TWO %s
// RUN: %compile -O2 -mcpu=v3 -DONE_POINTER -S %s -o - | FileCheck --check-prefix=TWO %s
//
// CHECK-LABEL: {{^}}deliver:
// CHECK: atomic_fetch_or
// CHECK-NOT: atomic_fetch_or
// CHECK: call 7
// CHECK-NOT: call 7
// CHECK: .Lfunc_end
//
// TWO-LABEL: {{^}}deliver:
// TWO-DAG: call 7
// TWO-DAG: call 7
// TWO: .Lfunc_end

#include "fiber.h"

struct packet {
	__u32 length;
};

FRAMES(pair);

__u64 lengths;

FIBER int pair(struct xdp_md *ctx)
{
	__u32 seen = 0;

	for (;;) {
		struct packet *packet;

		co_await next_packet(XDP_PASS);
		packet = (struct packet *)fiber_value();
		if (packet)
			lengths += packet->length;
		seen += bpf_get_prandom_u32();
		if (seen & 4)
			co_return XDP_DROP;
	}
}

SEC("xdp") int deliver(struct xdp_md *ctx)
{
	__u32 key = ctx->ingress_ifindex, other = ~key;
	struct packet packet = { ctx->data_end - ctx->data };

	if (ctx->rx_queue_index == 1)
		return fiber_resume_with(&pair_frames, pair, &key, ctx, XDP_DROP, &packet);
#ifdef OTHER_KEY
	return fiber_deliver_with(&pair_frames, pair, &other, ctx, XDP_TX, &packet);
#elif defined(ONE_POINTER)
	return fiber_deliver(&pair_frames, pair, &key, ctx, XDP_TX);
#else
	return fiber_deliver_with(&pair_frames, pair, &key, ctx, XDP_TX, &packet);
#endif
}

