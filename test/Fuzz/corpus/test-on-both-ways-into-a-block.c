// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A counter is tested on either way into the block where it is counted.
// FUZZ: -O2 -mcpu=v3 -g destroy
// RUN: %fuzz --replay %s
#define FZ_HOME_SYSCALL
#include "fuzz.h"

FZ_MAP(HASH);

u32 ga[4];

static __always_inline void fz_init(void)
{
}

FIBER s8 child0(struct fz_home *ctx, u8 a0, s64 *a1)
{
	u8 v1 = 0;
	return 0;
}

FIBER u64 child1(struct fz_home *ctx, u16 *a0)
{
	s8 v4 = 0;
	s16 v5 = 0;
	return 0ULL;
}

static __attribute__((noinline)) u8 plain2(s64 a0)
{
	return 0;
}

FIBER int fz_main(struct fz_home *ctx, u32 p0, u64 p1)
{
	s64 v8 = 0LL;
	s64 v9 = 0LL;
	u32 arr10[4] = { 0U };
	u64 arr11[8] = { 0ULL };
	u32 w12 = 0;
	for (;;) {
		if (w12++ == 1) break;
		u16 w13 = 0;
		do {
			if (!((((s32)((s32)((u32)((s32)(v8)) & (u32)(1))) != (s32)(3)) && ((s32)((s32)(ga[((u32)(((u16)((u16)(v8)) <= (u16)(1)))) & 3])) > (s32)((-518813552)))))) {
				if ((s32)(((s64)((u64)((co_await fz_packet(((u32)((u32)(2147483648U) + (u32)(1U))) & 15))) * (u64)((s64)((u64)((s64)(w12)) + (u64)((s64)(w13))))) ? (u64)(u64)((u64)(arr11[((u32)(109)) & 7]) - (u64)(fz.in[1])) : (u64)(u64)(arr10[((u32)(fz_ctx_a(ctx))) & 3])))) {
				}
			}
		} while (++w13 < 1 && 0);
		if (((u64)((u64)(fz.in[5]) & (u64)(1ULL)) && (u8)((u32)(fz.in[7]) & (u32)(3)))) break;
	}
	s64 v15 = 0LL;
	fz_out((co_await child0(ctx, 0, &v15)));
	u16 v16 = 0;
	fz_out((co_await child1(ctx, &v16)));
	co_return fz_end(0U);
}

FZ_PROGRAMS
