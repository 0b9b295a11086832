// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// An index into a local that comes through phis, masked in one way only.
// FUZZ: -O1 -mcpu=v4 -g -fbpf-fiber-quantum=8 migrate
// RUN: %fuzz --replay %s
#define FZ_HOME_TC
#include "fuzz.h"

FZ_MAP(HASH);


static __always_inline void fz_init(void)
{
}

FIBER int fz_main(struct fz_home *ctx, u32 p0, u64 p1)
{
	s8 v7 = (0 ? (s8)(0) : (s8)(fz.in[5]));
	u32 arr8[16] = { 0U, 0U };
	s16 arr9[2] = { 0, arr8[(0U) & 15] };
	switch ((u32)(((u16)(v7) && (co_await fz_packet_value((0U) & 15))))) {
	default:
		break;
	case 3:
		break;
	case 0:
		break;
	}
	fz_out(arr9[(fz_ctx_b(ctx)) & 1]);
	co_return fz_end(0U);
}

FZ_PROGRAMS
