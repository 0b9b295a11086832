// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What nobody has defined on one way is spilled there.
// FUZZ: -O2 -mcpu=v4 -g -fwrapv
// RUN: %fuzz --replay %s
#define FZ_HOME_SYSCALL
#include "fuzz.h"

FZ_MAP(HASH);

static u32 g0;
s8 g1;

static __always_inline void fz_init(void)
{
}

FIBER s64 child0(struct fz_home *ctx, s32 a0)
{
	u16 v1 = (u16)((u32)((u16)(g1)) % ((u32)((u16)((u32)((u16)(g1)) | (u32)((u16)(g0)))) | 1));
	u16 v2 = 5;
	co_try((co_await fz_packet(((u32)((u32)(204U) - (u32)((u32)(v1)))) & 15)));
	return (s64)(g1);
}

static __attribute__((noinline)) u16 plain1(u64 *a0)
{
	return 32768;
}

AWAITABLE s16 helper2(struct fz_home *ctx, u32 a0, s64 a1, s8 *a2)
{
	fz_out(co_try((co_await child0(ctx, (((u32)(a0) >= (u32)((u32)(a1))) ? (s32)(s32)(a0) : (s32)(s32)(a0))))));
	switch ((u32)((u32)((u32)((u32)((u32)((u32)(4294967293U) - (u32)((u32)(fz.in[0])))) >> (((u32)((u32)(g0) * (u32)((u32)(fz_ctx_a(ctx))))) & 31))) & (u32)(3U))) {
	default:
		*a2 = (s8)((u64)*a2 - (u64)(s8)((s32)(fz.in[6])));
		if ((s32)((((u8)((u8)((u32)((u8)(fz.in[1])) & (u32)(3))) != (u8)(4)) ? (s8)(s8)((u32)((s8)(a0)) + (u32)((s8)(a0))) : (s8)(co_await fz_packet((a0) & 15))))) {
			if (((s32)(co_try((co_await child0(ctx, (s32)(~(u32)(1)))))) < (s32)((s32)(a0)))) {
			}
		}
		break;
	case 2:
		break;
	case 1:
		break;
	case 0:
		break;
	}
	return (s16)((u32)((((u32)((u32)(g1)) <= (u32)(2U)) ? (s16)(s16)(a0) : (s16)(s16)(g0))) - (u32)((s16)(fz.in[0])));
}

FIBER int fz_main(struct fz_home *ctx, u32 p0, u64 p1)
{
	u8 v5 = (u8)((u32)((u8)(((s32)((s32)((u32)(163) & (u32)(3))) == (s32)(4)))) ^ (u32)((u8)(((s8)((s8)((u32)((s8)(p0)) & (u32)(3))) > (s8)(4)))));
	s16 v6 = (s16)(((s8)((s8)((u32)((s8)((u32)((s8)(g0)) + (u32)((s8)(v5)))) & (u32)(7))) != (s8)(2)));
	s64 v7 = (s64)(fz.in[3]);
	u32 v8 = (u32)((u32)((u32)(((s8)((s8)((u32)(g1) & (u32)(1))) > (s8)(0)))) * (u32)((u32)((u32)((u32)(p1)) ^ (u32)(0U))));
	s8 v9 = (s8)((u32)((((s16)((s16)((u32)((s16)(g0)) & (u32)(1))) == (s16)(2)) ? (s8)(s8)(fz_ctx_a(ctx)) : (s8)(s8)(v5))) << (((u32)((u32)((u32)(g1)) - (u32)((u32)(fz.in[2])))) & 7));
	struct fz_s st10 = { .a = (u32)(g1), .b = (s8)(fz_ctx_a(ctx)), .c = (u16)(g1), .d = (s64)(g0) };
	s32 v11 = (s32)((u32)((s32)((u8)(fz.in[7]))) & (u32)((s32)((u32)((s32)(g1)) << ((g0) & 31))));
	switch ((u32)((u32)((u32)((s64)((u64)((co_await fz_packet(((u32)(((s32)((s32)((u32)((s32)((u32)((s32)(p0)) + (u32)(7))) & (u32)(3))) != (s32)(0)))) & 15))) + (u64)((s64)((u64)((s64)(p0)) << ((v8) & 63)))))) & (u32)(3U))) {
	case 1:
		__attribute__((fallthrough));
	case 0:
		for (u32 i13 = 0; i13 < 1; i13++) {
			u32 w14 = 0;
			while (w14 < 1 && (s32)((co_await child0(ctx, (s32)(p0))))) {
				w14++;
				g0 = (u32)((u32)(w14) / ((u32)((u32)((u32)((u32)(g1)) * (u32)((u32)(st10.c)))) | 1));
				(co_await fz_packet(((((u32)((u32)((u32)(w14) & (u32)(1U))) != (u32)(w14)) ? (u32)(i13) : (u32)(p0))) & 15));
			}
		}
		break;
	case 2:
		fz_out((co_await child0(ctx, (s32)((u32)(1) + (u32)(v11)))));
		break;
	}
	for (u32 i15 = 0; i15 < 2; i15++) {
		{
			s16 *p16 = &v6;
			*p16 = (s16)((u32)((s16)(g1)) + (u32)(*p16));
			s16 arr17[8] = { (s16)(v11), (-1) };
		}
		v8 = (u32)((u64)v8 - 1);
	}
	u64 v21 = (u64)((u64)((u64)(((s16)((s16)((s16)((s16)(g1)) >> (((u32)(v11)) & 15))) > (s16)((s16)(g0))))) ^ (u64)((u64)((u64)(fz_ctx_a(ctx)) & (u64)((u64)(g0)))));
	fz_out(plain1(&v21));
	s8 v22 = (s8)(((s8)((s8)((u32)((s8)((u32)((s8)(st10.c)) + (u32)((s8)((u32)((s8)(v7)) + (u32)((s8)(fz_ctx_b(ctx))))))) & (u32)(1))) != (s8)(0)));
	fz_out((co_await helper2(ctx, v8, (s64)((u64)((s64)(v11)) * (u64)((s64)(v11))), &v22)));
	fz_out(v22);
	co_return fz_end((u32)((u32)(216U) & (u32)(15U)));
}

FZ_PROGRAMS
