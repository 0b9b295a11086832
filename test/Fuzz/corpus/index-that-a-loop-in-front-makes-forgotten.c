// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// An index that does not change in a loop that yields, and is used behind it:
// the verifier forgets it at the loop's header, as around there is another loop
// that changes it.
// FUZZ: -Os -mcpu=v3 -g -fbpf-fiber-quantum=8 migrate
// RUN: %fuzz --replay %s --seed 31002868
#define FZ_HOME_SYSCALL
#include "fuzz.h"

FZ_MAP(HASH);

s64 g0;
s16 g1;
u32 g2;

static __always_inline void fz_init(void)
{
}

static __attribute__((noinline)) s64 plain0(void)
{
	return 0LL;
}

FIBER int fz_main(struct fz_home *ctx, u32 p0, u64 p1)
{
	s8 v2 = 0;
	u8 v3 = ((s64)((co_await fz_defer((0U) & 15))) != (s64)(0LL));
	s32 v4 = 0;
	u64 v6 = 0ULL;
	s32 v7 = 0;
	u64 arr8[8] = { 0ULL, 0ULL };
	s64 arr9[8] = { 0LL };
	struct fz_s st10 = { .a = g0, .b = 0, .c = 0, .d = 0LL };
	for (u32 i11 = 0; i11 < 4; i11++) {
		for (u8 i12 = 5; i12--;) {
			switch ((u32)((u32)(st10.a) & (u32)(3U))) {
			case 2:
				switch ((u32)((u32)((u32)((u32)(arr8[i12]) + (u32)(0U))) & (u32)(3U))) {
				case 0:
					arr8[i12] = 0ULL;
					break;
				case 2:
					p1 = (u64)((u64)(0ULL) + (u64)(arr8[i11]));
					if (((s64)((co_await fz_defer(((u32)((u32)(i11) / ((u32)((u32)(v7)) | 1))) & 15))) != (s64)((-1LL)))) {
					}
					break;
				}
				break;
			case 3:
				break;
			}
		}
	}
	fz_out(p1);
	co_return fz_end(0U);
}

FZ_PROGRAMS
