// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A remainder as an index, of which LLVM finds out in one part of the fiber that
// it needs no mask.
// FUZZ: -O2 -mcpu=v3 -g
// RUN: %fuzz --replay %s
#define FZ_HOME_SYSCALL
#include "fuzz.h"

FZ_MAP(ARRAY);

static s8 g0;

static __always_inline void fz_init(void)
{
	g0 = fz.in[0];
}

FIBER int fz_main(struct fz_home *ctx, u32 p0, u64 p1)
{
	u8 arr1[8] = { (u8)(fz_ctx_a(ctx)) };
	u64 v2 = (u64)g0 > 2 ? co_await fz_packet_value(1) : p1;

	if ((s64)v2 > 2)
		fz_out(co_await fz_packet_value(p0 & 15));
	if (arr1[((u32)g0 % ((u32)fz.in[6] | 1)) & 7] > (u16)p0)
		co_return fz_end(3);
	arr1[(u32)p0 & 7] = 7;
	(co_await fz_packet(2));
	fz_out(arr1[(u32)p1 & 7]);
	co_return fz_end(0);
}

FZ_PROGRAMS
