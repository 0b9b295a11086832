// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// LLVM tests a counter for two numbers that differ in one bit at once.
// FUZZ: -Os -mcpu=v4 -g
// RUN: %fuzz --replay %s
#define FZ_HOME_TC
#define FZ_USES_USER
#include "fuzz.h"

FZ_MAP(HASH);


static __always_inline void fz_init(void)
{
}

FIBER u64 child0(struct fz_home *ctx)
{
	u32 v1 = 4294967295U;
	return (u64)(v1);
}

FIBER s64 child1(struct fz_home *ctx, s32 a0)
{
	u16 w6 = 0;
	for (;;) {
		if (w6++ == 4) break;
		s32 v7 = ((u64)((co_await child0(ctx))) != (u64)((u64)(w6)));
		u32 w8 = 0;
		for (;;) {
			if (w8++ == 3) break;
			if (w8 == 2) {
				break;
			}
			a0 = (s32)((u64)a0 - (u64)(s32)((((s16)((s16)((u32)((s16)(fz.in[2])) & (u32)(3))) == (s16)(2)) ? (s16)(co_await fz_user((4294967295U) & 15)) : (s16)(s16)(v7))));
			if ((((u8)((u8)(v7)) >= (u8)((u8)(a0))) || ((s8)((s8)(v7)) > (s8)(4)))) break;
		}
		if (((s8)((s8)(2147483647)) < (s8)(1))) break;
	}
	fz_out(a0);
	return (s64)((u64)((s64)(a0)) ^ (u64)((s64)((u64)((s64)(fz.in[4])) - (u64)((s64)(a0)))));
}

FIBER int fz_main(struct fz_home *ctx, u32 p0, u64 p1)
{
	if (fz.in[7] == 0x123456789) {
		(co_await fz_user((0U) & 15));
	}
	s8 v9 = (s8)(p0);
	s64 v10 = (s64)((s32)((s8)((s8)((u32)((s8)(p1)) - (u32)((s8)(p1)))) - (s8)((s8)((u32)(5) - (u32)((s8)(p0))))));
	s32 arr11[16] = { (s32)(v9), (s32)(fz.in[3]) };
	v10 = (co_await child1(ctx, (s32)(p0)));
	switch ((u32)((u32)(((((s32)((-5)) >= (s32)(((-2147483647 - 1)))) && ((u32)((u32)(v9)) >= (u32)((u32)(v10)))) ? (u32)(u32)(v10) : (u32)(u32)((u32)((u32)(p1)) & (u32)((u32)(v9))))) & (u32)(3U))) {
	case 2:
		if (((s64)(((((u32)(p0) > (u32)(0U)) && ((u16)((u16)(v10)) > (u16)(2))) ? (s64)(s64)((u64)((s64)(arr11[(4294967295U) & 15])) - (u64)((s64)(arr11[((u32)((u32)((u32)(fz.in[0])) + (u32)((u32)(v10)))) & 15]))) : (s64)(s64)((u64)((s64)(arr11[((u32)((u32)(4294967293U) * (u32)(36U))) & 15])) << ((p0) & 63)))) <= (s64)(0LL))) {
			if ((s32)(((void)({ (co_await child0(ctx)); (u64)(((u16)((u16)((u32)((u16)(arr11[(4294967295U) & 15])) & (u32)(1))) == (u16)((u16)(v9)))); }), (u32)(v10)))) {
				if (((s16)((s16)((u32)((s16)((u32)((s16)(p0)) + (u32)((s16)((u32)((-32768)) << ((8U) & 15))))) & (u32)(7))) == (s16)((s16)(v10)))) {
					fz_out(((((s8)((s8)((u32)((s8)(v10)) & (u32)(7))) > (s8)(v9)) && ((s64)((s64)((u64)((s64)(arr11[(p0) & 15])) & (u64)(3LL))) == (s64)(4LL))) ? (u64)(u64)((u64)(3ULL) * (u64)(p1)) : (u64)(u64)((u64)((u64)(arr11[(4294967290U) & 15])) * (u64)(fz.in[4]))));
				}
			}
		}
		break;
	}
	fz_out(p0);
	fz_out(p1);
	fz_out(v9);
	fz_out(v10);
	fz_out(arr11[((u32)((s32)((s8)((s8)(v10)) - (s8)((s8)(fz.in[0]))))) & 15]);
	co_return fz_end((u32)((u32)((u32)((u32)((((s8)((s8)(v10)) < (s8)((s8)(v10))) ? (u32)(p0) : (u32)(p0))) + (u32)((u32)(v10)))) & (u32)(15U)));
}

FZ_PROGRAMS
