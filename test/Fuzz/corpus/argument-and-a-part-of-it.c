// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// An argument and what the first instruction computes from it.
// FUZZ: -O3 -mcpu=v4
// RUN: %fuzz --replay %s
#define FZ_HOME_SYSCALL
#include "fuzz.h"

FZ_MAP(HASH);

static __always_inline void fz_init(void)
{
}

FIBER int fz_main(struct fz_home *ctx, u32 p0, u64 p1)
{
	s8 v1 = p0;

	co_await fz_packet(0);
	fz_out(p0);
	fz_out(v1);
	co_return fz_end(0);
}

FZ_PROGRAMS
