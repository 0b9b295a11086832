// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A dynptr stands on the stack of one activation, whether a helper or a kfunc
// made it; submitting it before the await is right.
// RUN: %refused %s | FileCheck %s --implicit-check-not=error: --implicit-check-not=warning:
// RUN: %compile -Werror -DRIGHT -c %s -o %t.o
#include "fiber.h"

struct bpf_dynptr {
	__u64 __opaque[2];
};

extern int bpf_dynptr_from_xdp(struct xdp_md *xdp, __u64 flags,
			       struct bpf_dynptr *dynptr) __weak __ksym;
extern int bpf_dynptr_size(const struct bpf_dynptr *dynptr) __weak __ksym;

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} records SEC(".maps");

FRAMES(reserves);
FRAMES(slices);

FIBER int reserves(struct xdp_md *ctx)
{
	struct bpf_dynptr record;

	bpf_ringbuf_reserve_dynptr(&records, 8, 0, &record);
#ifdef RIGHT
	bpf_ringbuf_submit_dynptr(&record, 0);
	co_await next_packet(XDP_DROP);
#else
	co_await next_packet(XDP_DROP);
	bpf_ringbuf_submit_dynptr(&record, 0);
#endif
	co_return XDP_DROP;
}

FIBER int slices(struct xdp_md *ctx)
{
	int size = 0;

#ifdef RIGHT
	for (int i = 0; i < 2; i++) {
		struct bpf_dynptr packet;

		bpf_dynptr_from_xdp(ctx, 0, &packet);
		size += bpf_dynptr_size(&packet);
		co_await next_packet(XDP_DROP);
	}
#else
	struct bpf_dynptr packet;

	bpf_dynptr_from_xdp(ctx, 0, &packet);
	co_await next_packet(XDP_DROP);
	size = bpf_dynptr_size(&packet);
#endif
	co_return size;
}

DELIVER_PACKETS(reserves);
DELIVER_PACKETS(slices);

// CHECK: dynptr-across-await.c:33:11: error: dynptr 'record' cannot live across this co_await [bpf-fiber-object-across-await]
// CHECK: dynptr-across-await.c:28:2: note: the kernel accepts it on the stack of one activation only: it is opened here
// CHECK: dynptr-across-await.c:33:11: note: destroy or submit it before the co_await
// CHECK: dynptr-across-await.c:55:11: error: dynptr 'packet' cannot live across this co_await [bpf-fiber-object-across-await]
// CHECK: dynptr-across-await.c:54:2: note: the kernel accepts it on the stack of one activation only: it is made here
// CHECK: dynptr-across-await.c:56:9: note: it is used here, in another activation
// CHECK: dynptr-across-await.c:55:11: note: make it again behind the co_await
// CHECK: 2 errors generated.
