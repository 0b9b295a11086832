// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A variable that is computed from two numbers, at a yield point.
// FUZZ: -O2 -mcpu=v3 -g -fbpf-fiber-quantum=30 -fwrapv
// RUN: %fuzz --replay %s
#define FZ_HOME_SYSCALL
#include "fuzz.h"

FZ_MAP(HASH);

static s16 g0;
static u32 g1;
u64 ga[4];

static __always_inline void fz_init(void)
{
	g1 = fz.in[1];
}

FIBER int fz_main(struct fz_home *ctx, u32 p0, u64 p1)
{
	s16 v6 = 0;
	u64 v7 = (u64)(fz.in[5]);
	u8 arr8[16] = { 1 };
	u64 arr9[4] = { 0ULL, 0ULL };
	u8 *p11 = 0 ? &arr8[12] : &arr8[(u32)p1 & 15];
	if (0) {
	} else {
		switch ((u32)((u32)((u32)(ga[(p0) & 3])) % ((u32)(g1) | 1))) {
		case 2:
			break;
		case 3:
			for (u64 i12 = 0; i12 < 2; i12++) {
				fz_out((u64)((u64)((u64)((u64)(*p11) / ((u64)(fz.in[2]) | 1))) % ((u64)(arr9[i12]) | 1)));
				for (u64 i13 = 0; i13 < 3; i13++) {
					fz_out(*p11);
					v6 = ((u16)((u16)((u32)(*p11) ^ (u32)(i12))) > (u16)(1));
					u64 *p14 = &arr9[0];
					u8 *p16 = &arr8[0];
					*p16 = fz.in[5];
					switch ((u32)(v7)) {
					case 1:
						arr8[(u32)i13 & 15] = (u8)((u64)arr8[(u32)i13 & 15] & (u64)1);
						__attribute__((fallthrough));
					case 2:
						if (p1 < 4) {
							if (p0 < 4) {
								fz_out(ga[i13]);
							}
							fz_out(ga[(0U) & 3]);
						}
						break;
					case 0:
						break;
					}
				}
			}
			break;
		}
	}
	fz_out(v6);
	co_return fz_end(0);
}

FZ_PROGRAMS
