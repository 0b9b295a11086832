// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A yield point is a may_goto, and where no user thread calls again it goes on in
// a work item: -fbpf-fiber-kernel= says which of them is too new.
// RUN: %refused -fbpf-fiber-quantum=100 -fbpf-fiber-kernel=6.8 %s | FileCheck --check-prefixes=BOTH,OLD %s --implicit-check-not=error:
// RUN: %refused -fbpf-fiber-quantum=100 -fbpf-fiber-kernel=6.9 %s | FileCheck --check-prefixes=BOTH,WQ %s --implicit-check-not=error:
// RUN: %compile -Werror -fbpf-fiber-quantum=100 -fbpf-fiber-kernel=6.9 -DRIGHT -c %s -o %t.o
// RUN: %compile -Werror -fbpf-fiber-quantum=100 -fbpf-fiber-kernel=6.10 -c %s -o %t.o
// RUN: %compile -Werror -fbpf-fiber-kernel=6.8 -c %s -o %t.o
#include "fiber.h"

#ifndef RIGHT
FRAMES(in_packets);

FIBER int in_packets(struct xdp_md *ctx)
{
	__u32 sum = 0;

	// BOTH: .c:[[@LINE+3]]:2: error: preempting this loop, {{with may_goto|which goes on in a work item}}, needs Linux
	// OLD-SAME: 6.9, and the object is to load on 6.8 [bpf-fiber-kernel]
	// WQ-SAME: 6.10, and the object is to load on 6.9 [bpf-fiber-kernel]
	for (int i = 0; i < 1000; i++)
		sum += bpf_get_prandom_u32();
	co_return sum & 3;
}

DELIVER_PACKETS(in_packets);
#endif

FRAMES(in_thread);

FIBER int in_thread(void *ctx)
{
	__u32 sum = 0;

	// OLD: .c:[[@LINE+1]]:2: error: preempting this loop, with may_goto, needs Linux 6.9
	for (int i = 0; i < 1000; i++)
		sum += bpf_get_prandom_u32();
	co_return sum & 3;
}

SEC("syscall") int thread(void *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&in_thread_frames, in_thread, &key, ctx, 0);
}

// BOTH: generated.
