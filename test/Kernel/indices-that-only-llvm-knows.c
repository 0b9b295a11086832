// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Of an index that is in range because of what LLVM alone knows, and so has
// neither mask nor test any more, the verifier is told, whether the number has
// been in a frame or was computed since.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FIBER_MAP(dividing, divides, BPF_MAP_TYPE_HASH, __u32, 4);
FIBER_MAP(counting, counts, BPF_MAP_TYPE_HASH, __u32, 4);
FIBER_MAP(narrowing, narrows, BPF_MAP_TYPE_HASH, __u32, 4);
FIBER_MAP(moving, moves, BPF_MAP_TYPE_HASH, __u32, 4);
FIBER_MAP(choosing, chooses, BPF_MAP_TYPE_HASH, __u32, 4);

__u64 places[4] = { 10, 11, 12, 13 };
__u64 bytes;

/* A quotient. */
// DO: run first port=2 == 0
// DO: run first == 11
// DO: run first port=0 == 0
// DO: run first == 13
FIBER int divides(struct xdp_md *ctx)
{
	__u32 by = number(ctx);

	co_await next_packet(0);
	co_return places[(3 / (by | 1)) & 3];
}

SEC("xdp") int first(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&dividing, divides, &key, ctx, REFUSED);
}

/* A counter that is tested and then counted down. */
// DO: run second == 100
// DO: run second == 13
// DO: run second == 12
// DO: run second == 11
// DO: run second == 10
FIBER int counts(struct xdp_md *ctx)
{
	__u64 kept[4] = { 10, 11, 12, 13 };

	kept[bytes & 3] = 10;
	co_await next_packet(100);
	for (__u8 i = 4; i--;)
		co_await next_packet(kept[i] + (places[i] - 10 - i));
	co_return 0;
}

SEC("xdp") int second(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&counting, counts, &key, ctx, REFUSED);
}

/* A number of 8 bits, compared in one copy and used in another. */
// DO: run third port=2 == 0
// DO: run third port=1 == 13
// DO: run third port=9 == 0
// DO: run third port=1 == 300
FIBER int narrows(struct xdp_md *ctx)
{
	__s8 i = number(ctx), more;

	co_await next_packet(0);
	more = number(ctx);
	i = i + more;
	if (i < 0 || i >= 4)
		co_return 300;
	co_return places[i];
}

SEC("xdp") int third(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&narrowing, narrows, &key, ctx, REFUSED);
}

/* An address that is computed in front of the loop, and the test, that it is in. */
// DO: run fourth port=3 == 0
// DO: run fourth == 313
// DO: run fourth port=4 == 0
// DO: run fourth == 301
FIBER int moves(struct xdp_md *ctx)
{
	__u64 wide = number(ctx), sum = 0;
	__u32 i, w = 0;

	co_await next_packet(0);
	i = wide;
	if (i >= 4)
		co_return 301;
	do
		sum += 100 + *(volatile __u64 *)&bytes;
	while (++w < 3 && places[i] > 12);
	co_return sum + places[i];
}

SEC("xdp") int fourth(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&moving, moves, &key, ctx, REFUSED);
}

/* The last of several numbers that was in range. */
// DO: run fifth port=3 == 10
// DO: run fifth port=9 == 13
// DO: run fifth port=65535 == 13
// DO: run fifth port=1 == 13
// DO: run fifth port=0 == 11
FIBER int chooses(struct xdp_md *ctx)
{
	__u64 kept[4] = { 10, 11, 12, 13 };
	int n, i = 0;

	kept[bytes & 3] = 10;
	for (;;) {
		n = (__s16)number(ctx);
		co_await next_packet(kept[i]);
		if ((__u32)n < 4)
			i = n;
	}
}

SEC("xdp") int fifth(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&choosing, chooses, &key, ctx, REFUSED);
}
