// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Two blocks that end with the same load, of which one is from the context: code
// generation made one of them.
// FUZZ: -Oz -mcpu=v3 -g -fwrapv migrate
// RUN: %fuzz --replay %s --seed 61000384
#define FZ_HOME_SYSCALL
#include "fuzz.h"

FZ_MAP(HASH);

u64 g0;

static __always_inline void fz_init(void)
{
}

FIBER s64 child0(struct fz_home *ctx)
{
	return (fz.in[0] ? (s64)(g0) : (s64)(fz_ctx_a(ctx)));
}

FIBER u8 child1(struct fz_home *ctx, s64 a0, u32 a1, s64 *a2)
{
	s16 v1 = 0;
	u8 v2 = 0;
	fz_out(0ULL);
	co_try((co_await child0(ctx)));
	return 0;
}

FIBER int fz_main(struct fz_home *ctx, u32 p0, u64 p1)
{
	s8 v3 = 1;
	u32 v4 = (s8)((u32)(0) + (u32)(fz.in[7]));
	s64 v5 = 0LL;
	s8 v6 = 0;
	struct fz_s st8 = { .a = p0, .b = 0, .c = 0, .d = 0LL };
	s64 v10 = (((u8)((u8)(v3)) <= (u8)((u8)(st8.a))) || ((s64)((s64)(p0)) < (s64)((s64)(g0))));
	fz_out((co_await child1(ctx, (s64)((s64)(v5) >> (((u32)(v6)) & 63)), (u32)((u32)((u32)(v5)) - (u32)(p0)), &v10)));
	co_return fz_end((u32)((u32)((u32)(((void)((((s32)((s32)((u32)(2147483647) & (u32)(7))) == (s32)((s32)(v10))) || ((s16)((s16)(st8.a)) >= (s16)(4))) ? (s64)(s64)((u64)(6LL) * (u64)((s64)(v6))) : (s64)(co_await fz_packet((v4) & 15))), v10))) & (u32)(15U)));
}

FZ_PROGRAMS
