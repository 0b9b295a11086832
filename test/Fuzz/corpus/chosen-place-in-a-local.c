// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// An index that is a condition, into an array that is copied into the frame in
// one piece: the address was or'ed.
// FUZZ: -O2 -mcpu=v3
// RUN: %fuzz --replay %s
#define FZ_HOME_SYSCALL
#include "fuzz.h"

FZ_MAP(HASH);

s64 g0;

static __always_inline void fz_init(void)
{
}

FIBER int fz_main(struct fz_home *ctx, u32 p0, u64 p1)
{
	s32 v1 = (u8)fz.in[5] == 0;
	s8 arr[4] = { 0, 0, 0, p0 };

	fz_out(arr[g0 & 3]);
	arr[v1 & 3] = 0;
	co_await fz_packet(0);
	fz_out(arr[arr[p1 & 3] & 3]);
	co_return fz_end(0);
}

FZ_PROGRAMS
