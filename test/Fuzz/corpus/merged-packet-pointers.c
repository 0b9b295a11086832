// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Packet pointers that are loaded on several ways to one access.
// FUZZ: -O2 -mcpu=v3 -g -fbpf-fiber-quantum=100
// RUN: %fuzz --replay %s
#define FZ_HOME_XDP
#include "fuzz.h"

FZ_MAP(HASH);

static __always_inline void fz_init(void)
{
}

AWAITABLE u32 helper0(struct fz_home *ctx)
{
	u8 v1 = fz_ctx_b(ctx);
	(co_await fz_packet((v1) & 15)); v1 = (u8)fz_value();
	return 0U;
}

FIBER int fz_main(struct fz_home *ctx, u32 p0, u64 p1)
{
	p1 = (co_await helper0(ctx));
	{
		u32 w9 = 0;
		L8:;
		s64 v10 = (co_await helper0(ctx));
		if (++w9 < 2 && (u64)(fz_ctx_b(ctx))) goto L8;
	}
	co_return fz_end(0U);
}

FZ_PROGRAMS
