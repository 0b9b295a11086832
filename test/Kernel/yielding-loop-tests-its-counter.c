// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A loop that yields may test its counter for one value: the verifier, which
// knows it exactly there, does not count on from it. V8 of verifier-model.md.
// RUN: %everywhere %s %t -fbpf-fiber-quantum=100
// RUN: %everywhere %s %t-Oz -fbpf-fiber-quantum=100 -Oz
#include "kernel-test.h"

#define ROUNDS 100000

FIBER_MAP(frames, tests, BPF_MAP_TYPE_HASH, __u32, 4);

__u32 rounds = ROUNDS;
__u64 thirds, kinds, below, finished;

// DO: run deliver port=7
// DO: wait finished == 1
// DO: check thirds == 7
// DO: check kinds == 1230
// DO: check below == 4999850001
// DO: check deliver.verified_insns < 2000
FIBER int tests(struct xdp_md *ctx)
{
	__u32 n = rounds, port = number(ctx);
	__u64 sum = 0;

	for (__u32 i = 0; i < n; i++) {
		if (i == 3)
			thirds += port;
		switch (i) {
		case 10:
			kinds += 1000;
			break;
		case 20:
			kinds += 200;
			break;
		case 99999:
			kinds += 30;
			break;
		}
		sum += i > 0 ? i - 1 : 0;
	}
	below = sum;
	finished++;
	co_return 0;
}

DELIVER_PACKETS(tests)
