// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The address of an element, computed in front of a loop in which it is another
// one after an await, with an index that only LLVM knows: it was not masked, as
// the loop reads at a phi.
// FUZZ: -O1 -mcpu=v4 -g -fbpf-fiber-quantum=100
// RUN: %fuzz --replay %s --seed 1081
#define FZ_HOME_SYSCALL
#include "fuzz.h"

FZ_MAP(HASH);


static __always_inline void fz_init(void)
{
}

AWAITABLE u32 helper0(struct fz_home *ctx, u64 a0, u64 *a1)
{
	s64 v1 = 0LL;
	s16 v2 = 0;
	return 0U;
}

static __always_inline s64 plain1(void)
{
	return 0LL;
}

FIBER int fz_main(struct fz_home *ctx, u32 p0, u64 p1)
{
	s16 v6 = (s16)(p0);
	u16 v7 = (0 ? (s64)(0LL) : (s64)(p0));
	s16 v8 = 0;
	struct fz_s st9 = { .a = 1U, .b = 1, .c = 0, .d = v7 };
	switch ((u32)(((s64)((co_await fz_packet((0U) & 15))) != (s64)(0LL)))) {
	case 0:
		if (((u64)((u64)((u64)(1ULL) / ((u64)((u64)(v6)) | 1))) == (u64)(0ULL))) {
		} else {
			u16 w10 = 0;
			for (;;) {
				if (w10++ >= 3) break;
				v8 = (s16)((((s32)((s32)((u32)((s32)((u32)((s32)(v8)) << ((1875803936U) & 31))) & (u32)(3))) == (s32)(3)) || ((s64)((s64)((u64)((s64)((s64)((s64)(w10)) >> (((u32)(v7)) & 63))) & (u64)(1LL))) != (s64)(0LL))));
				u64 w11 = 0;
				while (w11 < 2 && ((s16)((s16)((u32)((s16)((u32)((s16)(fz.in[7])) << ((p0) & 15))) & (u32)(3))) == (s16)(2))) {
					w11++;
					st9.a = (u32)((u64)st9.a & (u64)(u32)((u32)((u32)((u32)((u32)(st9.e[((u32)((u32)((u32)(v8)) << (((u32)(v7)) & 31))) & 3])) | (u32)((u32)(w10)))) >> (((u32)((u32)((u32)(fz.in[7])) | (u32)((u32)(w10)))) & 31)));
				}
			}
			fz_out((u64)((co_await fz_sleep((0U) & 15))));
		}
		__attribute__((fallthrough));
	default:
		break;
	case 3:
		__attribute__((fallthrough));
	case 2:
		break;
	}
	u64 v14 = 0ULL;
	co_return fz_end(0U);
}

FZ_PROGRAMS
