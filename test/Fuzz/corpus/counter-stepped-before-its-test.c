// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Counting down, i-- stands in front of the test of what it was.
// FUZZ: -O2 -mcpu=v3 -g migrate destroy
// RUN: %fuzz --replay %s
#define FZ_HOME_SYSCALL
#include "fuzz.h"

FZ_MAP(HASH);

s8 g0;
static s32 g1;
u16 g2;

static __always_inline void fz_init(void)
{
}

FIBER s64 child0(struct fz_home *ctx, u64 a0)
{
	s8 v1 = (s8)(g1);
	(co_await fz_defer(((u32)(((u16)((u16)(a0)) >= (u16)(4)))) & 15));
	{
		u32 w3 = 0;
		L2:;
	}
	return (s64)(((u64)((((u8)((u8)((u32)((u8)(g2)) & (u32)(1))) != (u8)((u8)(g1))) ? (u64)(9223372036854775807ULL) : (u64)(fz.in[1]))) > (u64)(2ULL)));
}

AWAITABLE s64 helper1(struct fz_home *ctx, u32 a0, s16 a1, s16 *a2)
{
	s16 v5 = (s16)(((s8)((s8)((u32)(g2))) > (s8)(4)));
	for (u8 i6 = 3; i6--;) {
		u8 w7 = 0;
		do {
		} while (++w7 < 4 && (s32)(((((u64)(3ULL) > (u64)(2ULL)) && ((u8)((u8)(a1)) > (u8)(0))) ? (u32)((co_await fz_packet(((u32)((u32)((u32)(a1)) | (u32)(166820544U))) & 15)) || ((s8)((s8)((u32)((s8)((s32)(fz.in[0]))) & (u32)(7))) != (s8)(2))) : (u32)(4294967295U))));
	}
	return (s64)((((s64)((s64)((s8)(g2))) > (s64)(1LL)) || (((u16)((u16)(*a2)) <= (u16)(0)) ? (s8)(co_try((co_await child0(ctx, (u64)(~(u64)((u64)(v5))))))) : (s8)(s8)(((u32)((u32)((u32)((u32)(v5)) & (u32)(1U))) == (u32)(1U))))));
}

FIBER s64 child2(struct fz_home *ctx, u16 *a0)
{
	u16 v8 = (u16)((u32)((u16)(((u8)(214) <= (u8)(3)))) - (u32)((u16)((u32)((u16)(fz.in[5])) ^ (u32)((u16)(fz.in[6])))));
	u16 arr9[8] = { v8, *a0, 32768, 65535, v8, v8, g2, (u16)(g1) };
	return (s64)(~(u64)((s64)(fz.in[3])));
}

FIBER int fz_main(struct fz_home *ctx, u32 p0, u64 p1)
{
	u32 v15 = (u32)((u32)((u32)(g1)) / ((u32)((u32)((u32)((u32)(g0)) & (u32)((u32)(fz.in[3])))) | 1));
	s32 v16 = g1;
	u8 v17 = (u8)(g2);
	s16 v18 = (s16)((u32)((s16)((u32)((s16)(fz.in[6])) + (u32)((s16)(p0)))) << (((u32)((s32)((s16)((s16)(fz.in[0])) - (s16)((s16)(g2))))) & 15));
	s8 v19 = (s8)((u32)((((s32)((s32)((u32)(g1) & (u32)(7))) == (s32)(1)) ? (s8)(s8)(v15) : (s8)(s8)(fz.in[1]))) << (((u32)((u32)(2147483647U) & (u32)((u32)(g2)))) & 7));
	s64 v20 = (s64)(fz.in[1]);
	for (s32 i26 = 0; i26 != 1; i26++) {
		(co_await fz_defer((4294967291U) & 15));
	}
	u32 w27 = 0;
	do {
		if (((((u16)(1) >= (u16)(1)) && ((u8)((u8)(fz.in[6])) > (u8)(0))) && !(((s16)((s16)((u32)((s16)(g2)) & (u32)(3))) != (s16)(4))))) {
			v16 = (s32)(v20);
		}
		{
			s32 *p28 = &v16;
			*p28 = (s32)((s32)((s32)(fz.in[2])) >> (((u32)(v17)) & 31));
			v18 = (s16)((u32)((s16)(255)) - (u32)((s16)(((s64)((s64)(fz.in[3])) < (s64)(4LL)))));
			u64 w29 = 0;
			for (;;) {
				if (w29++ == 2) break;
				switch ((u32)((u32)((u32)((u32)((u32)((u32)((u32)(fz.in[7])) - (u32)((u32)(g1)))) | (u32)((u32)(fz.in[7])))) & (u32)(3U))) {
				case 0:
					break;
				}
				if (((s32)((s32)((u32)((((u16)((u16)(g1)) < (u16)(44235)) && ((u64)(fz.in[6]) >= (u64)((u64)(v19))))) & (u32)(1))) == (s32)(2))) break;
			}
		}
	} while (++w27 < 3 && (s32)((((co_await fz_sleep(((u32)((u32)((u32)(v19)) << ((v15) & 31))) & 15)) ? (s64)(((u32)((u32)(g1)) <= (u32)(3U)) ? (s64)(s64)(g1) : (s64)(s64)(v16)) : (s64)(s64)((u64)((s64)(g2)) + (u64)((s64)(g0)))) ? (u64)(u64)((u64)((u64)(g2)) >> (((u32)(g0)) & 63)) : (u64)(u64)(v18))));
	s16 v30 = (s16)((u32)((s16)((u32)((s16)(fz.in[0])) << (((u32)(g0)) & 15))) | (u32)((s16)((s32)(g2))));
	fz_out((co_await helper1(ctx, (u32)(~(u32)(4294967289U)), (s16)((u32)((s16)(p0)) + (u32)(v18)), &v30)));
	u16 v31 = 44636;
	fz_out((co_await child2(ctx, &v31)));
	fz_out(p0);
	fz_out(p1);
	fz_out(v15);
	fz_out(v16);
	fz_out(v17);
	fz_out(v18);
	co_return fz_end((u32)((u32)(((((u32)((u32)((u32)((u32)(v19)) & (u32)(7U))) <= (u32)(1U)) && ((u8)((u8)((u32)((u8)(fz.in[4])) & (u32)(3))) == (u8)(3))) ? (u32)(u32)(g1) : (u32)(u32)(v31))) & (u32)(15U)));
}

FZ_PROGRAMS
