// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Integers of each width, signed and unsigned, bool and enum come back as they
// were, and BTF shows them under their names.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(typed);

enum colour { RED, GREEN, BLUE };

volatile __s64 minus_three = -3;
volatile __u64 wide = 0x300000003;
volatile bool is_so = true;
volatile enum colour sky = BLUE;

// DO: run deliver == 1
// DO: check frames[0].u8 == 253
// DO: check frames[0].s8 == -3
// DO: check frames[0].u16 == 65533
// DO: check frames[0].s16 == -3
// DO: check frames[0].u32 == 4294967293
// DO: check frames[0].s32 == -3
// DO: check frames[0].s64 == -3
// DO: check frames[0].u64 == 0x300000003
// DO: check frames[0].yes == 1
// DO: check frames[0].shade == BLUE
// DO: run deliver == 2
// DO: check #frames == 0
FIBER int typed(struct xdp_md *ctx)
{
	__u8 u8 = minus_three;
	__s8 s8 = minus_three;
	__u16 u16 = minus_three;
	__s16 s16 = minus_three;
	__u32 u32 = minus_three;
	__s32 s32 = minus_three;
	__s64 s64 = minus_three;
	__u64 u64 = wide;
	bool yes = is_so;
	enum colour shade = sky;

	co_await next_packet(1);
	if (u8 != 253 || s8 != minus_three || u16 != 65533 || s16 != minus_three)
		co_return 100;
	if (u32 != 4294967293U || s32 != minus_three || s64 != minus_three)
		co_return 101;
	if (u64 != wide || !yes || shade != sky)
		co_return 102;
	co_return 2;
}

DELIVER_PACKETS(typed)
