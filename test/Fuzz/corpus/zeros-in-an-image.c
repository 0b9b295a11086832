// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Variables that are zero at the first suspend of a fiber whose frame is built on
// the stack: they were not stored.
// FUZZ: -O1 -mcpu=v3
// RUN: %fuzz --replay %s --seed 70030
#define FZ_HOME_SYSCALL
#include "fuzz.h"

FZ_MAP(HASH);

s32 g2;
u16 g1;

static __always_inline void fz_init(void)
{
}

FIBER int fz_main(struct fz_home *ctx, u32 p0, u64 p1)
{
	u64 v8 = 1;
	s8 v9 = 0;
	s32 arr12[16] = { 0, g2 };
	u32 arr14[4] = { 0, p0 };

	for (s32 i = 0; i != 5; i++) {
		co_await fz_packet(i);
		arr14[p1 & 3] = arr12[v8 & 15] <= g1;
		v9 = v9 ^ (s8)(arr14[2] + g2);
	}
	co_return fz_end((co_await fz_packet(p0 / (p0 | 1) & 15)) == v9);
}

FZ_PROGRAMS
