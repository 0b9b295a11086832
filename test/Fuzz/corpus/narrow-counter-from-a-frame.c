// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A loop, counted in 8 or 16 bits, in which only some rounds wait.
// FUZZ: -O1 -mcpu=v4 -g
// RUN: %fuzz --replay %s
#define FZ_HOME_SYSCALL
#include "fuzz.h"

FZ_MAP(HASH);

u64 g0;
u64 g1;

static __always_inline void fz_init(void)
{
	g0 = fz.in[0];
	g1 = fz.in[1];
}

FIBER int fz_main(struct fz_home *ctx, u32 p0, u64 p1)
{
	u16 w1 = 0;

	for (;;) {
		if (w1++ == 4)
			break;
		if (g0 & (1 << w1))
			fz_out(co_await fz_packet_value(w1 & 15));
		if (g1 == w1)
			break;
	}
	fz_out(w1);
	for (u8 i2 = 0; i2 != 5; i2++) {
		if ((u32)p1 & (1 << i2))
			fz_out(co_await fz_packet_value(i2));
		g1 ^= i2;
	}
	fz_out(g1);
	co_return fz_end(p0 & 15);
}

FZ_PROGRAMS
