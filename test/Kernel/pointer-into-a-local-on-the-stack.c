// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A pointer into a local lives across an await and the content of the local does
// not: the local is on the stack, where the verifier wants accesses aligned,
// whatever number user space wrote into the frame.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(chooser);

// DO: run deliver port=1 == 0
// DO: run deliver port=5 == 7006
// DO: run deliver port=2 == 0
// DO: run deliver port=6 == 13807
// DO: check #frames == 0
FIBER int chooser(struct xdp_md *ctx)
{
	int a[8], sum = 0;
	int *p = number(ctx) & 1 ? &a[1] : &a[4];

	co_await next_packet(0);
	for (int i = 0; i < 8; i++)
		a[i] = number(ctx) * (i < 3 ? 100 : 1000);
	*p += 1;
	bpf_xdp_store_bytes(ctx, 0, a, 4);
	for (int i = 0; i < 4; i++)
		sum += a[i] ^ i;
	co_return sum + *p;
}

DELIVER_PACKETS(chooser)
