// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A loop that yields and is entered at its end: a common header forgot what the
// ways to it knew.
// FUZZ: -O2 -mcpu=v3 -g -fbpf-fiber-quantum=30 -fwrapv
// RUN: %fuzz --replay %s --seed 1377
#define FZ_HOME_SYSCALL
#include "fuzz.h"

FZ_MAP(HASH);

static u16 g0;
u64 g1;

static __always_inline void fz_init(void)
{
	g0 = fz.in[0];
}

FIBER int fz_main(struct fz_home *ctx, u32 p0, u64 p1)
{
	u16 v1 = 0;
	u32 v2 = 0U;
	s16 v3 = 0;
	u32 v4 = p1;
	s16 v5 = 0;
	u64 arr6[8] = { 0ULL };
	struct fz_s st7 = { .a = 0U, .b = 0, .c = 0, .d = 0LL };
	s64 v8 = ((void)(0ULL), (u8)(g1));
	if (p1 < 8) {
		v2 &= 7;
		{
			s32 i11;
			i11 = 0;
			if ((u64)((u64)((u64)((u64)(fz.in[2]) % ((u64)((u64)(g0)) | 1))) & (u64)(1ULL)))
				goto L10;
			for (; i11 < 2; i11++) {
				switch ((u32)((u32)((((u32)((u32)((u32)((((s32)((s32)(v4)) >= (s32)(7)) ? (u32)(u32)(i11) : (u32)(u32)(fz_ctx_a(ctx)))) & (u32)(3U))) >= (u32)((u32)(g1))) ? (u32)(((u8)((u8)((u32)(201) & (u32)(3))) == (u8)(2)) ? (u32)(u32)(fz.in[2]) : (u32)(u32)(g1)) : (u32)(u32)((u32)((u32)(v8)) << ((2865039274U) & 31)))) & (u32)(3U))) {
				case 2:
					__attribute__((fallthrough));
				default:
					u8 v14 = (u8)((co_await fz_packet_value((778430018U) & 15)));
					break;
				case 0:
					if ((((u64)((u64)((u64)((u64)((u64)(arr6[p1]) >> (((u32)(v5)) & 63))) & (u64)(3ULL))) > (u64)(0ULL)) || ((s64)((s64)((u64)((s64)(arr6[p1])) * (u64)((-4584290995923429538LL)))) < (s64)(2LL)))) {
						fz_out((u64)((u64)(arr6[p1]) * (u64)((u64)(-(u64)((u64)(st7.c))))));
					}
					break;
				case 3:
					break;
				}
			L10:;
			}
		}
		fz_out(0ULL);
	}
	co_return fz_end(0U);
}

FZ_PROGRAMS
