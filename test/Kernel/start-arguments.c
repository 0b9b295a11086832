// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Arguments come with the start, are kept while they are needed, and those of
// a later delivery, which resumes, are ignored.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(with_arguments);

volatile __u8 small = 200;
volatile __s32 negative = -5;
volatile __u64 large = 0x123456789abcdef0;

// DO: run deliver port=1 == 195
// DO: check frames[0].c == 0x123456789abcdef0
// DO: set small = 1
// DO: set negative = 1
// DO: set large = 1
// DO: run deliver port=2 == -5
// DO: run deliver port=3 == 0x1234
// DO: check #frames == 0
FIBER int with_arguments(struct xdp_md *ctx, __u8 a, __s32 b, __u64 c)
{
	co_await next_packet(a + b);
	co_await next_packet(b);
	co_return c >> 48;
}

SEC("xdp") int deliver(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&frames, with_arguments, &key, ctx, REFUSED, small, negative,
			     large);
}
