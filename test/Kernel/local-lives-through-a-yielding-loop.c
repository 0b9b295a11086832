// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A local that a loop writes in some rounds only keeps what a helper, or one of
// two ways, has put there before, in the start and where the loop goes on.
// RUN: %everywhere %s %t -fbpf-fiber-quantum=300
#include "kernel-test.h"

FRAMES(searches);

__u32 first = 77, wanted = ~0u, result, finished;

#define IN_MEMORY(local) asm volatile("" : : "r"(&(local)) : "memory")

// DO: run deliver port=1000
// DO: wait finished == 1
// DO: check result == 77
// DO: run deliver port=1001
// DO: wait finished == 2
// DO: check result == 5
// DO: run set == 0
// DO: run deliver port=1000
// DO: wait finished == 3
// DO: check result == 640
FIBER int searches(struct xdp_md *ctx)
{
	__u32 n = number(ctx), last;

	if (n & 1) {
		last = 5;
		IN_MEMORY(last);
	} else {
		bpf_probe_read_kernel(&last, sizeof(last), &first);
	}
	for (__u32 i = 0; i < n; i++) {
		if (i == wanted)
			last = i;
		IN_MEMORY(last);
	}
	result = last;
	__sync_fetch_and_add(&finished, 1);
	co_return 0;
}

SEC("xdp") int set(struct xdp_md *ctx)
{
	wanted = 640;
	return 0;
}

DELIVER_PACKETS(searches)
