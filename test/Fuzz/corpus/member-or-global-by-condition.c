// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A member of the context or a global, as a condition says.
// FUZZ: -O1 -mcpu=v3 -g -fbpf-fiber-quantum=1 migrate
// RUN: %fuzz --replay %s
#define FZ_HOME_SYSCALL
#include "fuzz.h"

FZ_MAP(HASH);

u32 g0;

static __always_inline void fz_init(void)
{
}

AWAITABLE u32 helper0(struct fz_home *ctx, s64 a0, s8 a1, u32 *a2)
{
	if ((co_await fz_packet((0U) & 15))) {
	}
	return ((u8)(((s32)(fz.in[4]) ? (u8)(g0) : (u8)(fz_ctx_b(ctx)))) <= (u8)(1));
}

FIBER s64 child1(struct fz_home *ctx, u32 a0, u8 *a1)
{
	return 0LL;
}

FIBER int fz_main(struct fz_home *ctx, u32 p0, u64 p1)
{
	u32 v13 = 0U;
	fz_out((co_await helper0(ctx, 0LL, 0, &v13)));
	u8 v14 = 0;
	fz_out((co_await child1(ctx, 0U, &v14)));
	co_return fz_end(0U);
}

FZ_PROGRAMS
