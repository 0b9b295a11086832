// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// An open iterator stands on the stack of one activation. Closing it before the
// await, or counting without one, is right.
// RUN: %refused %s | FileCheck %s --implicit-check-not=error: --implicit-check-not=warning:
// RUN: %compile -Werror -DRIGHT -c %s -o %t.o
#include "fiber.h"

struct bpf_iter_num {
	__u64 __opaque[1];
};

extern int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end) __weak __ksym;
extern int *bpf_iter_num_next(struct bpf_iter_num *it) __weak __ksym;
extern void bpf_iter_num_destroy(struct bpf_iter_num *it) __weak __ksym;

FRAMES(iterates);

FIBER int iterates(struct xdp_md *ctx)
{
	struct bpf_iter_num it;
	int sum = 0, *n;

	bpf_iter_num_new(&it, 0, 3);
	while ((n = bpf_iter_num_next(&it))) {
		sum += *n;
#ifndef RIGHT
		co_await next_packet(XDP_DROP);
#endif
	}
	bpf_iter_num_destroy(&it);
	co_await next_packet(XDP_DROP);
	co_return sum;
}

DELIVER_PACKETS(iterates);

// CHECK: iterator-across-await.c:27:12: error: open iterator 'it' cannot live across this co_await [bpf-fiber-object-across-await]
// CHECK: iterator-across-await.c:23:2: note: the kernel accepts it on the stack of one activation only: it is opened here
// CHECK: iterator-across-await.c:27:12: note: destroy or submit it before the co_await
// CHECK: 1 error generated.
