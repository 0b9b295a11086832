// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Of an index that the fiber has tested the verifier knows the bounds where it
// is used, also if code generation tests a register that holds it in another
// width or extended in the other way, and if what is tested is not the index but
// what it follows from.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FIBER_MAP(extending, extends, BPF_MAP_TYPE_HASH, __u32, 4);
FIBER_MAP(cutting, cuts, BPF_MAP_TYPE_HASH, __u32, 4);
FIBER_MAP(following, follows, BPF_MAP_TYPE_HASH, __u32, 4);

/* An index of so many has no mask. */
__u32 places[6] = { 10, 11, 12, 13, 14, 15 };
__u64 odd = 1;
__s64 wide;

/* The address takes it extended without its sign, what follows with. */
// DO: run first port=5 == 0
// DO: run first == 15
// DO: run first == 5
// DO: run first port=6 == 0
// DO: run first == 1
// DO: run first == 6
FIBER int extends(struct xdp_md *ctx)
{
	__s32 i = number(ctx), found = 1;

	co_await next_packet(0);
	if (odd & 1) {
		if (i >= 0 && i < 6)
			found = places[i];
	}
	wide = i;
	co_await next_packet(found);
	co_return wide;
}

SEC("xdp") int first(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&extending, extends, &key, ctx, REFUSED);
}

/* The test is of 32 bits; of the register, which has 64, the address takes 3. */
// DO: run second port=5 == 0
// DO: run second == 20
// DO: run second port=65535 == 0
// DO: run second == 1
FIBER int cuts(struct xdp_md *ctx)
{
	__u32 i = (__s16)number(ctx);

	co_await next_packet(0);
	if (i < 6)
		co_return places[i] + i;
	wide = (__s32)i;
	co_return wide == -1;
}

SEC("xdp") int second(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&cutting, cuts, &key, ctx, REFUSED);
}

/* LLVM knows that it is 0 if the packet is not the odd one. */
// DO: run third port=2 == 0
// DO: run third == 1
// DO: run third == 10
// DO: run third port=1 == 0
// DO: run third == 3
FIBER int follows(struct xdp_md *ctx)
{
	__u32 i = 0x7fffffff * (number(ctx) == odd);

	co_await next_packet(0);
	if (i < 4) {
		co_await next_packet(1);
		co_return places[i];
	}
	co_return 3;
}

SEC("xdp") int third(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&following, follows, &key, ctx, REFUSED);
}
