// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Seed 4296, rejected: twin 909 insns
// FUZZ: -Og -mcpu=v4 -g cancel
#define FZ_HOME_SYSCALL
#include "fuzz.h"

FZ_MAP(ARRAY);

u8 g0;
s32 g1;
u32 ga[4];

static __always_inline void fz_init(void)
{
	g0 = fz.in[0];
	g1 = fz.in[1];
	ga[0] = fz.in[4];
	ga[1] = fz.in[5];
	ga[2] = fz.in[6];
	ga[3] = fz.in[7];
}

AWAITABLE u8 helper0(struct fz_home *ctx, u32 *a0)
{
	g0 = (((s64)((s64)(ga[((u32)(g0)) & 3])) < (s64)(2LL)) ? (u8)(co_await fz_packet_value(((u32)((-108))) & 15)) : (u8)(64));
	return (u8)((co_await fz_packet_value(((u32)((u32)(0U) | (u32)(7U))) & 15)));
}

FIBER_CANCELLABLE int fz_main(struct fz_home *ctx, u32 p0, u64 p1)
{
	s8 v1 = (s8)((u32)((s8)(((u64)((u64)((u64)((u64)(g1)) & (u64)(1ULL))) == (u64)((u64)(ga[(4294967295U) & 3]))))) ^ (u32)((s8)(p1)));
	s32 v2 = (s32)((s16)((s16)((s16)((s16)(v1)) >> ((6U) & 15))) - (s16)((s16)(((s16)((s16)((u32)((s16)(p1)) & (u32)(3))) < (s16)((s16)(fz.in[1]))))));
	s8 v3 = (-128);
	u16 v4 = (u16)((u32)((u16)((u64)(ga[((u32)(-(u32)((u32)(g1)))) & 3]))) << (((u32)((u32)(0U) & (u32)((u32)(fz.in[1])))) & 15));
	s8 v5 = (s8)(~(u32)((s8)((s32)((s8)(v3) - (s8)((-1))))));
	s32 v6 = g1;
	u32 arr7[8] = { (u32)(v4) };
	s64 arr8[2] = { (s64)(p0), (s64)(g1) };
	(co_await fz_sleep(((u32)(v4)) & 15));
	p1 &= 3;
	if (p1 < 4) {
		if (((s16)((s16)((s32)((u8)((u8)(((s64)((s64)(v1)) <= (s64)((s64)(g1))))) - (u8)((u8)(3164015105316600794ULL))))) > (s16)(3))) {
			(co_await fz_sleep(((u32)((u32)((u32)(v4)) - (u32)(3257374930U))) & 15));
		}
		v1 = (s8)((((u8)((((s64)((s64)((u64)((s64)(g1)) & (u64)(1LL))) != (s64)(0LL)) ? (u8)(252) : (u8)(u8)(g1))) <= (u8)((u8)(g1))) && (((u16)((u16)(fz.in[4])) > (u16)(3)) || ((u16)((u16)((u32)(8192) & (u32)(3))) >= (u16)(3)))));
		fz_out(ga[p1]);
	}
	if (v2 >= 0 && v2 < 2) {
		u32 w9 = 0;
		for (;;) {
			if (w9++ >= 4) break;
			if (((s64)((s64)((u64)((s64)((u64)((-2LL)) + (u64)((s64)(w9)))) & (u64)(7LL))) != (s64)(0LL))) {
				break;
			}
			p1 &= 1;
			if (p1 < 2) {
				arr8[p1] = (s64)((u64)arr8[p1] ^ (u64)(s64)(((u64)((u64)((u64)((u64)((((s32)((s32)(ga[v2])) <= (s32)(1)) && ((s64)((s64)((u64)((s64)(w9)) & (u64)(3LL))) >= (s64)((s64)(g0)))))) & (u64)(1ULL))) >= (u64)(3ULL))));
				fz_out(arr8[v2]);
			}
			if (((u64)((u64)((u64)((u64)(g1)) % ((u64)((u64)(g1)) | 1))) < (u64)(0ULL))) break;
		}
		fz_out(arr8[v2]);
	}
	switch ((u32)((u32)((u32)(((u8)((((u64)((u64)((((s16)((s16)((u32)((s16)(fz.in[6])) & (u32)(3))) != (s16)(0)) && ((s64)(8388608LL) >= (s64)(1LL))))) <= (u64)(fz.in[3])) && (co_await fz_packet_value(((((s16)((s16)(v5)) < (s16)(0)) ? (u32)(0U) : (u32)(412722825U))) & 15)))) != (u8)((u8)(v2))))) & (u32)(3U))) {
	default:
		p0 &= 7;
		if (p0 < 8) {
			for (u32 i10 = 0; i10 < 4; i10++) {
				fz_out((u64)((s32)((u16)((u16)(arr7[i10])) + (u16)((((u8)(254) <= (u8)(3)) ? (u16)(u16)(arr7[p0]) : (u16)(u16)(g0))))));
				u8 v11 = (u8)(-(u32)((u8)(p0)));
			}
			fz_out(arr7[p0]);
		}
		break;
	case 2:
		if ((((u8)((u8)(g1)) >= (u8)(1)) && ((s16)((s16)((u32)((-3)) & (u32)(7))) != (s16)((-32768))))) {
			co_return fz_end((u32)((u32)((u32)((s32)((s8)((s8)(~(u32)(v5))) - (s8)((s8)((u32)((s8)(g1)) << (((u32)(g1)) & 7)))))) & (u32)(15U)));
		}
		g0 = (u8)(v4);
		break;
	}
	for (s32 i12 = 1; i12 <= 5; i12 += 2) {
		for (u64 i13 = 0; i13 < 4; i13++) {
			fz_out(fz.in[4]);
			if (i12 == 2) {
				break;
			}
			(co_await fz_packet_value(((u32)((u32)((u32)(v2)) & (u32)((u32)(v4)))) & 15));
		}
	}
	switch ((u32)((u32)((u32)(g0)) & (u32)(3U))) {
	case 1:
		{
			u32 *p14 = ((s32)((s32)((u32)(((-2147483647 - 1))) | (u32)(g1))) > (s32)((s32)(fz.in[2]))) ? &arr7[(u32)v5 & 7] : &arr7[4];
			*p14 = (u32)((u32)(1U) >> (((u32)(g0)) & 31));
		}
		__attribute__((fallthrough));
	case 0:
		break;
	}
	u32 v15 = (u32)(((s64)((s64)(!(((s8)((-35)) >= (s8)(4))))) <= (s64)(0LL)));
	fz_out((co_await helper0(ctx, &v15)));
	fz_out(p0);
	fz_out(p1);
	fz_out(v1);
	fz_out(v2);
	fz_out(v3);
	fz_out(v4);
	fz_out(v5);
	fz_out(v6);
	fz_out(v15);
	fz_out(arr7[((u32)(((u16)((u16)(((s16)((s16)(v15)) > (s16)(4)))) >= (u16)(3)))) & 7]);
	fz_out(arr8[(1073741824U) & 1]);
	fz_out(g0);
	fz_out(g1);
	fz_out(ga[0]);
	fz_out(ga[1]);
	fz_out(ga[2]);
	fz_out(ga[3]);
	co_return fz_end((u32)((u32)((u32)(~(u32)((u32)(g0)))) & (u32)(15U)));
}

FZ_PROGRAMS
