// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// An iterator lives on the stack of one activation.
// RUN: %diagnosed
#include "fiber.h"

struct bpf_iter_num {
	__u64 __opaque[1];
};
extern int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end) __ksym;
extern int *bpf_iter_num_next(struct bpf_iter_num *it) __ksym;
extern void bpf_iter_num_destroy(struct bpf_iter_num *it) __ksym;

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
	struct bpf_iter_num it;

#ifdef WRONG
	bpf_iter_num_new(&it, 0, 3);
	while (bpf_iter_num_next(&it))
		co_await next_packet(XDP_DROP); // SAYS: error: open iterator 'it' cannot live across this co_await [bpf-fiber-object-across-await]
	bpf_iter_num_destroy(&it);
#else
	bpf_iter_num_new(&it, 0, 3);
	while (bpf_iter_num_next(&it))
		;
	bpf_iter_num_destroy(&it);
	co_await next_packet(XDP_DROP);
#endif
	co_return XDP_PASS;
}

DELIVER_PACKETS(f);
