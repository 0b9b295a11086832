// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// InstCombine tests a bit for the sign of a number whose range has been checked.
// FUZZ: -Og -mcpu=v4 -g cancel
// RUN: %fuzz --replay %s
#define FZ_HOME_SYSCALL
#include "fuzz.h"

FZ_MAP(HASH);

u32 ga[4];

static __always_inline void fz_init(void)
{
}

FIBER_CANCELLABLE int fz_main(struct fz_home *ctx, u32 p0, u64 p1)
{
	s8 v1 = (s8)(p1);
	s32 v2 = (s32)((s16)((s16)((s16)(v1) >> ((6U) & 15))) - (s16)(((s16)(0) < (s16)(fz.in[1]))));
	s64 arr8[2] = { 0LL, 0LL };
	(co_await fz_sleep((0U) & 15));
	if (p1 < 4) {
		fz_out(0U);
	}
	if (v2 >= 0 && v2 < 2) {
		u32 w9 = 0;
		for (;;) {
			if ((s64)((u64)((s64)((u64)(1LL) + (u64)(w9))) & (u64)(1LL))) {
				break;
			}
			arr8[p1] = (s64)((u64)arr8[p1] ^ (u64)((u64)((u64)(((s32)(ga[v2]) <= (s32)(1)))) >= (u64)(0ULL)));
		}
		fz_out(arr8[v2]);
	}
	co_return fz_end(0U);
}

FZ_PROGRAMS
