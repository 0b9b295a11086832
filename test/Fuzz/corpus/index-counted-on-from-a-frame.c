// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// An index that is counted on from what was in a frame.
// FUZZ: -Os -mcpu=v3 -g -fwrapv
// RUN: %fuzz --replay %s
#define FZ_HOME_SYSCALL
#include "fuzz.h"

FZ_MAP(HASH);

static s64 g2;
u64 ga[4];

static __always_inline void fz_init(void)
{
	g2 = fz.in[2];
}

FIBER s64 child0(struct fz_home *ctx)
{
	switch ((u32)((u32)((u32)(g2)) % ((u32)(98U) | 1))) {
	case 2:
		u64 w5 = 0;
		while (w5 < 1 && 1) {
			w5++;
			if ((s8)((u32)(co_try((co_await fz_packet((0U) & 15)))) ^ (u32)(0))) {
			}
		}
		break;
	case 0:
		break;
	case 3:
		break;
	}
	return 0LL;
}

FIBER s64 child1(struct fz_home *ctx, u8 a0, u8 *a1)
{
	u64 v6 = 0ULL;
	for (u32 i7 = 0; i7 < 4; i7++) {
		a0 &= 3;
		fz_out(co_try((co_await child0(ctx))));
		ga[i7] = 0ULL;
	}
	s32 v8 = 0;
	return 0LL;
}

FIBER int fz_main(struct fz_home *ctx, u32 p0, u64 p1)
{
	u16 v9 = 0;
	u32 v11 = 0U;
	s64 v12 = 0LL;
	s64 arr13[2] = { 0LL, 0LL };
	u16 arr14[8] = { 0 };
	struct fz_s st15 = { .a = 0U, .b = 0, .c = 0, .d = 0LL };
	u8 v19 = 0;
	fz_out((co_await child1(ctx, 0, &v19)));
	co_return fz_end(0U);
}

FZ_PROGRAMS
