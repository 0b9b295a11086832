// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What was read from the context in front of an await, and is reloaded behind it.
// FUZZ: -Og -mcpu=v4 -g migrate
// RUN: %fuzz --replay %s
#define FZ_HOME_SYSCALL
#include "fuzz.h"

FZ_MAP(HASH);


static __always_inline void fz_init(void)
{
}

FIBER int fz_main(struct fz_home *ctx, u32 p0, u64 p1)
{
	s32 v5 = 0;
	(co_await fz_packet((0U) & 15)); v5 = (s32)fz_ctx_b(ctx);
	u16 w7 = 0;
	do {
		(co_await fz_packet((0U) & 15));
	} while (++w7 < 2 && 1);
	(co_await fz_packet((0U) & 15)); p1 = (u64)fz_ctx_a(ctx);
	fz_out(v5);
	co_return fz_end(0U);
}

FZ_PROGRAMS
