// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// An access behind two tests, one of them in front of an await, that contradict each other.
// FUZZ: -O2 -mcpu=v3 -g -fbpf-fiber-quantum=8 migrate
// RUN: %fuzz --replay %s
#define FZ_HOME_SYSCALL
#include "fuzz.h"

FZ_MAP(HASH);

static s16 g0;
static s32 g1;
u32 ga[4];

static __always_inline void fz_init(void)
{
}

FIBER s64 child0(struct fz_home *ctx, u16 a0, s16 a1, u32 *a2)
{
	u8 v1 = (u8)(ga[(39U) & 3]);
	return (s64)((u64)((s64)(fz.in[1])) * (u64)((s64)((u64)((s64)(fz_ctx_a(ctx))) & (u64)((s64)(v1)))));
}

AWAITABLE u16 helper1(struct fz_home *ctx, u32 a0, u32 a1, u64 *a2)
{
	(co_await fz_packet((a0) & 15));
	return (u16)((s32)((u32)(5) << ((3U) & 31)));
}

FIBER int fz_main(struct fz_home *ctx, u32 p0, u64 p1)
{
	u16 v4 = (u16)((s32)(p1));
	u64 v5 = (u64)((u64)((u64)((((s64)((s64)((u64)((s64)(fz_ctx_b(ctx))) & (u64)(3LL))) >= (s64)(3LL)) || ((u32)((u32)(g1)) > (u32)(2U))))) >> (((u32)((u32)((u32)(p1)) | (u32)((u32)(g1)))) & 63));
	u32 v6 = (u32)(-(u32)((u32)(fz.in[0])));
	s32 v7 = (s32)((u32)(6) | (u32)((s32)((u32)((s32)(v5)) << (((u32)(fz_ctx_a(ctx))) & 31))));
	s16 v8 = (s16)(((s16)((s16)(((s16)((s16)((u32)(g0) & (u32)(3))) != (s16)(1)))) >= (s16)((s16)(fz_ctx_b(ctx)))));
	switch ((u32)((u32)((u32)(((((s8)((s8)((u32)((s8)(ga[(4294967295U) & 3])) & (u32)(3))) < (s8)(1)) && ((u16)((u16)((u32)((u16)(fz_ctx_b(ctx))) & (u32)(3))) != (u16)(0))) ? (u64)(u64)(v6) : (u64)((co_await fz_packet(((u32)(((s32)((s32)((u32)((-1)) & (u32)(3))) <= (s32)((s32)(p0))))) & 15)) ? (s64)(2039649832907236581LL) : (s64)(0LL))))) & (u32)(3U))) {
	case 0:
		{
			u64 w11 = 0;
			L10:;
			if (v7 >= 0 && v7 < 4) {
				(co_await fz_packet(((u32)((u32)((u32)(w11)) >> ((v6) & 31))) & 15));
				fz_out(ga[v7]);
			}
			if (++w11 < 1 && !(((u64)((u64)(v7)) >= (u64)(0ULL)))) goto L10;
		}
		break;
	}
	u32 v16 = (u32)((u32)((u32)(~(u32)(1048576U))) >> (((u32)((((u16)((u16)(g0)) >= (u16)(3)) || ((u8)((u8)(fz.in[1])) >= (u8)(0))))) & 31));
	fz_out((co_await child0(ctx, (u16)((u32)(22) ^ (u32)((u16)(v8))), v8, &v16)));
	co_return fz_end((u32)((u32)((u32)((s32)((u32)((s32)(v6)) + (u32)((s32)((u32)((co_await fz_packet(((u32)((u32)(6U) >> (((u32)(v7)) & 31))) & 15))) | (u32)((s32)(32767))))))) & (u32)(15U)));
}

FZ_PROGRAMS
