// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What is known of the lower byte of a number where it is cut off, behind a
// test, was believed of the number in front of the test: a variable was taken
// for 0.
// FUZZ: -Os -mcpu=v3 -g -fwrapv
// RUN: %fuzz --replay %s --seed 80000363
#define FZ_HOME_SYSCALL
#include "fuzz.h"

FZ_MAP(HASH);

static u8 g1;
static s16 g2;

static __always_inline void fz_init(void)
{
	g1 = fz.in[1];
	g2 = fz.in[2];
}

AWAITABLE u16 helper0(struct fz_home *ctx)
{
	(co_await fz_packet((0U) & 15));
	return 0;
}

FIBER int fz_main(struct fz_home *ctx, u32 p0, u64 p1)
{
	s32 v5 = (s32)((u32)((u8)(g2)) & (u32)(1));
	u8 v6 = ((u32)((u32)(g2) | (u32)(g1)) ? (u8)(g1) : (u8)(u8)((u32)((u8)(g2)) % ((u32)(255) | 1)));
	if (v6) {
		fz_out(0U);
	}
	fz_out((co_await helper0(ctx)));
	fz_out(v5);
	co_return fz_end(0U);
}

FZ_PROGRAMS
