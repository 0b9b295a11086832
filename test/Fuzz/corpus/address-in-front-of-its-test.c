// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The address of an element, in a loop in which the test of its index does not change.
// FUZZ: -O1 -mcpu=v3 -g
// RUN: %fuzz --replay %s
#define FZ_HOME_SYSCALL
#include "fuzz.h"

FZ_MAP(HASH);

static __always_inline void fz_init(void)
{
}

FIBER int fz_main(struct fz_home *ctx, u32 p0, u64 p1)
{
	s16 v1 = 0;
	u32 arr5[8] = { 0U };
	(co_await fz_packet((0U) & 15)); v1 = (s16)fz_value();
	for (u64 i7 = 3; i7--;) {
		if (p0 < 8) {
			fz_out(1ULL);
			fz_out(arr5[p0]);
		}
	}
	co_return fz_end(0U);
}

FZ_PROGRAMS
