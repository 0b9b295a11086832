// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// An index that a yielding loop's header has merged, behind the loop: the
// verifier forgets there what it is.
// FUZZ: -O2 -mcpu=v4 -g -fbpf-fiber-quantum=1 -fwrapv migrate
// RUN: %fuzz --replay %s --seed 45000299
#define FZ_HOME_SYSCALL
#define FZ_USES_USER
#include "fuzz.h"

FZ_MAP(ARRAY);

static u64 g0;
static u32 g1;
s8 ga[4];

static __always_inline void fz_init(void)
{
	g0 = fz.in[0];
	g1 = fz.in[1];
	ga[0] = fz.in[4];
	ga[1] = fz.in[5];
	ga[2] = fz.in[6];
	ga[3] = fz.in[7];
}

FIBER int fz_main(struct fz_home *ctx, u32 p0, u64 p1)
{
	if (fz.in[7] == 0x123456789) {
		(co_await fz_user((0U) & 15));
	}
	s16 v1 = (s16)((u32)((s16)((u32)((s16)(ga[(2U) & 3])) | (u32)((-4)))) << (((u32)(((s8)((s8)((u32)(3) & (u32)(7))) != (s8)(2)))) & 15));
	s32 v2 = (s32)(g1);
	s16 v3 = (s16)(-(u32)((s16)((u32)((s16)(fz.in[1])) & (u32)(7))));
	s16 v4 = (s16)((u32)((s16)(g1)) + (u32)((s16)((u32)((s16)(g1)) << ((6U) & 15))));
	u8 v5 = (u8)((co_await fz_packet_or_timeout(((u32)((u32)((u32)(v3)) >> ((p0) & 31))) & 15)));
	u16 v6 = (u16)(ga[((u32)((u32)(0U) >> ((4U) & 31))) & 3]);
	fz_out((u64)(v6));
	for (u8 i7 = 0; i7 < 5; i7++) {
		{
			s32 *p8 = &v2;
			*p8 = (s32)((u32)((s32)(v6)) + (u32)(12));
			if ((((s32)((s32)((u32)((s32)(g1)) | (u32)((s32)(p1)))) < (s32)(*p8)) || ((u16)((u16)((u32)((u16)(g1)) - (u32)((u16)(v3)))) < (u16)(1)))) {
				fz_out((u64)((co_await fz_user(((u32)(v1)) & 15))));
			}
		}
		(co_await fz_user(((u32)((u32)(p0) - (u32)((u32)(v6)))) & 15));
		if (((s64)((s64)((u64)((s64)((u64)(1LL) | (u64)((((s32)((s32)(g0)) > (s32)(1)) ? (s64)(s64)(g0) : (s64)(s64)(i7))))) & (u64)(1LL))) == (s64)(1LL))) {
			fz_out((!(((s8)((s8)(v5)) > (s8)(3))) ? (u64)(u64)((u64)((u64)(i7)) >> ((2147483647U) & 63)) : (u64)(u64)((u64)((u64)(i7)) + (u64)(g0))));
			v2 = ((s16)((s16)((u32)((s16)((s32)((s8)((s8)(p1)) - (s8)((s8)(g0))))) + (u32)((s16)(((u8)((u8)((u32)((u8)(g0)) & (u32)(1))) != (u8)((u8)(g1))))))) > (s16)(3));
		} else {
			u32 w9 = 0;
			do {
				g1 = (u32)((u64)g1 * (u64)(u32)(fz.in[2]));
			} while (++w9 < 2 && ((s8)((s8)((u32)((s8)(155)) & (u32)(3))) == (s8)(5)));
		}
		(co_await fz_defer(((((u16)((u16)((u32)((u16)(v4)) & (u32)(3))) != (u16)((u16)(v1))) ? (u32)(u32)(i7) : (u32)(u32)(p1))) & 15));
	}
	u8 w10 = 0;
	while (w10 < 2 && ((s16)((s16)((u32)((((u8)((u8)((u32)(v5) & (u32)(7))) > (u8)((u8)(v6))) ? (s16)(s16)(ga[((u32)((u32)((u32)(g0)) ^ (u32)(4294967295U))) & 3]) : (s16)(s16)(v6))) & (u32)(1))) != (s16)((s16)(g0)))) {
		w10++;
		for (s32 i11 = 0; i11 < 5; i11++) {
			(co_await fz_user((p0) & 15));
			if (((s16)((s16)((u32)((s16)(fz.in[4])) << (((u32)(g0)) & 15))) > (s16)(2))) {
				continue;
			}
			switch ((u32)((u32)((u32)((u8)((u32)((u8)((s32)((s16)((s16)(i11)) - (s16)(30384)))) ^ (u32)((co_await fz_user(((u32)((s32)(w10))) & 15)))))) & (u32)(3U))) {
			case 0:
				if (((s64)((s64)((u64)((s64)((u64)((s64)((s32)((u16)((u16)(g0)) - (u16)((u16)(g0))))) << (((u32)(v6)) & 63))) & (u64)(7LL))) < (s64)(3LL))) {
					(co_await fz_defer(((u32)((s32)((s8)((s8)(p1)) - (s8)((s8)(v6))))) & 15));
				} else {
					v1 = (s16)((co_await fz_packet_or_timeout(((u32)(v4)) & 15)));
				}
				v5 = (u8)((u64)v5 + 1);
				break;
			case 2:
				fz_out((u64)((u64)((u64)((u64)((u64)(g1)) << ((4294967295U) & 63))) - (u64)((u64)(i11))));
				__attribute__((fallthrough));
			case 1:
				p1 = (u64)((u64)p1 * (u64)(u64)(ga[((u32)((u32)(g1) % ((u32)((u32)(i11)) | 1))) & 3]));
				v6 = (u16)(((void)((s32)((co_await fz_packet_or_timeout(((u32)(w10)) & 15))) == (s32)((s32)(v5))), (s32)((u32)((s32)(ga[((u32)(((u8)((u8)((u32)((u8)(g1)) & (u32)(7))) != (u8)(2)))) & 3])) << ((2147483648U) & 31))));
				break;
			}
			(co_await fz_user(((((u32)((u32)((u32)((u32)(w10)) & (u32)(7U))) >= (u32)(3U)) ? (u32)(125U) : (u32)(u32)(i11))) & 15));
		}
		if (((s16)((s16)(w10)) > (s16)((s16)(ga[((u32)(~(u32)((u32)(w10)))) & 3])))) {
			break;
		}
	}
	p1 &= 3;
	if (p1 < 4) {
		{
			s32 *p12 = &v2;
			*p12 = (s32)((u32)((s32)(g1)) + (u32)((s32)(g1)));
		}
		fz_out(ga[p1]);
	}
	fz_out(p0);
	fz_out(p1);
	fz_out(v1);
	fz_out(v2);
	fz_out(v3);
	fz_out(v4);
	fz_out(v5);
	fz_out(v6);
	fz_out(g0);
	fz_out(g1);
	fz_out(ga[0]);
	fz_out(ga[1]);
	fz_out(ga[2]);
	fz_out(ga[3]);
	co_return fz_end((u32)((u32)((u32)((({ (co_await fz_user((p0) & 15)); (s64)(~(u64)((s64)(v5))); }) ? (u64)(18446744073709551615ULL) : (u64)(u64)((u64)((u64)(g1)) >> (((u32)(fz.in[0])) & 63))))) & (u32)(15U)));
}

FZ_PROGRAMS
