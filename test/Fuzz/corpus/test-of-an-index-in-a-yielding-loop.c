// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// An index that is tested in a loop that yields, in which it does not change.
// FUZZ: -Os -mcpu=v3 -g -fbpf-fiber-quantum=1 migrate
// RUN: %fuzz --replay %s
#define FZ_HOME_SYSCALL
#include "fuzz.h"

FZ_MAP(HASH);

static __always_inline void fz_init(void)
{
}

FIBER int fz_main(struct fz_home *ctx, u32 p0, u64 p1)
{
	u64 v6 = fz.in[4];
	s16 arr10[16] = { 0 };

	for (u32 i14 = 0; i14 < (v6 & 3); i14++) {
		if (p0 < 16)
			arr10[p0] = 1;
	}
	fz_out(arr10[0]);
	co_return fz_end(0);
}

FZ_PROGRAMS
