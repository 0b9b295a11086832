// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Of a quotient of 32 bits the verifier does not know that the upper half is zero.
// FUZZ: -Os -mcpu=v3 -g
// RUN: %fuzz --replay %s
#define FZ_HOME_SYSCALL
#include "fuzz.h"

FZ_MAP(HASH);


static __always_inline void fz_init(void)
{
}

FIBER int fz_main(struct fz_home *ctx, u32 p0, u64 p1)
{
	u32 v1 = 1U;
	u16 v2 = 0;
	u64 v3 = 0ULL;
	s32 v4 = (s16)((u32)((s16)(v3)) & (u32)(1));
	u64 v5 = 0ULL;
	s16 arr6[8] = { 0, 0 };
	s32 arr7[4] = { 0, 0 };
	(co_await fz_packet((0U) & 15));
	switch ((u32)(p1)) {
	case 0:
		p0 = (u32)((u32)(2147483648U) / ((u32)((u32)(arr6[(v4) & 7])) | 1));
		break;
	default:
		break;
	case 2:
		break;
	}
	if (p0 < 8) {
		fz_out(arr6[p0]);
	}
	co_return fz_end(0U);
}

FZ_PROGRAMS
