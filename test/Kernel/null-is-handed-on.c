// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A pointer to a local or NULL that lived across an await is NULL also to a
// function that it is given to.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(asks);

static __noinline int value_of(const int *p)
{
	if (!p)
		return -1;
	return *p;
}

// DO: run deliver port=1 == 1
// DO: run deliver port=0 == 2
// DO: run deliver port=0 == 41
// DO: run deliver port=0 == 1
// DO: run deliver port=0 == 2
// DO: run deliver port=0 == 999
FIBER int asks(struct xdp_md *ctx)
{
	int a = 40 + number(ctx), *p = number(ctx) ? &a : NULL, got;

	co_await next_packet(1);
	got = value_of(p);
	co_await next_packet(2);
	co_return got < 0 ? REFUSED : got;
}

DELIVER_PACKETS(asks)
