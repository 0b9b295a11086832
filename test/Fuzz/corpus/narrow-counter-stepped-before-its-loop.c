// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A resume enters the loop of a narrow counter behind a step of its own.
// FUZZ: -Os -mcpu=v4 -g migrate
// RUN: %fuzz --replay %s
#define FZ_HOME_SYSCALL
#include "fuzz.h"

FZ_MAP(HASH);

u16 g0;
s16 ga[4];

static __always_inline void fz_init(void)
{
}

FIBER s64 child0(struct fz_home *ctx, s8 a0, s64 a1)
{
	s64 v1 = 0LL;
	for (u16 i2 = 0; i2 != 4; i2++) {
		switch ((1 ? (u32)(u32)(fz.in[6]) : (u32)(0U))) {
		default:
			fz_out((u64)(((s16)(0) <= (s16)(a0))));
			break;
		case 0:
			(co_await fz_packet_or_timeout((0U) & 15));
			break;
		case 1:
			break;
		}
	}
	return 0LL;
}

FIBER int fz_main(struct fz_home *ctx, u32 p0, u64 p1)
{
	u16 v3 = 0;
	u32 v4 = p0;
	u64 v5 = (u64)(g0);
	u32 arr6[4] = { (u32)(v5), (u32)(g0), p0, 654129306U };
	u8 arr7[16] = { (u8)(p1), (u8)(ga[(3U) & 3]) };
	v5 = (u64)(((co_await child0(ctx, (s8)(v4), (s64)(2))) ? (s64)(s64)(ga[((u32)(-(u32)((u32)(fz.in[5])))) & 3]) : (s64)(-9223372036854775807LL - 1)));
	co_return fz_end((u32)((u32)((u32)(((((s64)((s64)((u64)((s64)(v5)) & (u64)(3LL))) == (s64)(240LL)) && ((s16)((s16)((u32)((s16)(p0)) & (u32)(1))) <= (s16)((s16)(fz.in[0])))) || (s64)((u64)((s64)(p0)) & (u64)((co_await fz_packet(((u32)((u32)((u32)(p1)) + (u32)(v4))) & 15))))))) & (u32)(15U)));
}

FZ_PROGRAMS
