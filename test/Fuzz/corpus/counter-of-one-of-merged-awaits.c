// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A counter that is used behind one of the awaits that were merged has its
// range from there only.
// FUZZ: -O2 -mcpu=v4 -g destroy
// RUN: %fuzz --replay %s
#define FZ_HOME_SYSCALL
#define FZ_USES_USER
#include "fuzz.h"

FZ_MAP(HASH);

static s16 g0;
u16 g1;
u16 ga[4];

static __always_inline void fz_init(void)
{
}

FIBER s64 child0(struct fz_home *ctx, u32 a0)
{
	u32 w1 = 0;
	do {
	} while (++w1 < 4 && (s32)((co_await fz_user_or_timeout((a0) & 15))));
	if (a0 < 4) {
		fz_out(ga[a0]);
	}
	return (s64)(~(u64)((s64)(((u8)((u8)((u32)(255) - (u32)((u8)(ga[((u32)(g1)) & 3])))) > (u8)(4)))));
}

FIBER u32 child1(struct fz_home *ctx)
{
	s8 v2 = (s8)(((s32)((s32)((u32)((s32)(g0)) - (u32)((s32)((u32)(4194304) | (u32)((s32)(g0)))))) >= (s32)(4)));
	s32 v3 = (s32)((u32)((((s32)((s32)((u32)((-1)) & (u32)(3))) != (s32)(0)) ? (s32)(s32)(v2) : (s32)(s32)(v2))) & (u32)((((s32)((s32)(v2)) < (s32)(3)) ? (s32)(s32)(g0) : (s32)(4))));
	fz_out(co_try((co_await child0(ctx, (u32)(v2)))));
	return 4294967292U;
}

static __always_inline s8 plain2(u32 a0, u8 a1, u8 *a2)
{
	fz_out(a1);
	return (s8)((s8)((s8)(ga[((((s64)((s64)((u64)((s64)(g0)) & (u64)(7LL))) != (s64)(1LL)) ? (u32)(u32)(g1) : (u32)(u32)(fz.in[3]))) & 3])) >> (((u32)((u64)(ga[((u32)((s64)(a0))) & 3]))) & 7));
}

FIBER int fz_main(struct fz_home *ctx, u32 p0, u64 p1)
{
	s32 v12 = (s32)(g1);
	u32 v13 = (u32)((u32)((u32)(fz.in[7])) + (u32)((u32)((u32)((u32)(g1)) - (u32)((u32)(v12)))));
	s32 v14 = (((s16)((s16)((u32)((s16)((u32)((s16)(ga[((u32)((u32)((u32)(g1)) >> ((5U) & 31))) & 3])) + (u32)((s16)(v13)))) & (u32)(1))) == (s16)(1)) ? (s32)(s32)((u32)((s32)(g1)) & (u32)((s32)(v13))) : (s32)((u8)((u8)(v13)) < (u8)(2)));
	s32 v15 = (s32)((u8)(ga[((u32)(g0)) & 3]));
	s32 arr16[4] = { (s32)(g1), (s32)(g1) };
	struct fz_s st17 = { .a = (u32)(fz.in[1]), .b = (s8)(v14), .c = (u16)(v13), .d = (s64)(g1) };
	u16 w18 = 0;
	for (;;) {
		if (w18++ == 3) break;
		for (s32 i19 = 1; i19 <= 4; i19 += 2) {
			(co_await fz_user(((u32)((u32)(4294967295U) - (u32)((u32)(i19)))) & 15));
			u32 v20 = (u32)((((s64)((co_await fz_user(((u32)(v12)) & 15))) < (s64)((s64)(v13))) || ((u8)((u8)(~(u32)((u8)(arr16[((u32)(g1)) & 3])))) >= (u8)(4))));
		}
		if ((s32)(((((u64)((u64)((u64)((u64)(v14)) & (u64)(7ULL))) < (u64)((u64)(st17.c))) && ((u32)((u32)((u32)((u32)(v15)) & (u32)(3U))) >= (u32)(4U))) ? (u8)(u8)((u32)((u8)(v12)) - (u32)((u8)(v14))) : (u8)(u16)((u32)((co_await child0(ctx, (u32)(((s32)((s32)(v13)) > (s32)(0)))))) & (u32)((u16)((u32)((u16)(v12)) | (u32)((u16)(p0)))))))) break;
	}
	fz_out((co_await child1(ctx)));
	co_return fz_end((u32)((u32)((u32)((u32)((u32)(((s32)((s32)((u32)((s32)((u32)((s32)(g1)) | (u32)((s32)(g0)))) & (u32)(3))) == (s32)(2)))) + (u32)((u32)(g0)))) & (u32)(15U)));
}

FZ_PROGRAMS
