// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A loop that ends when its counter is one of two numbers, tested at once, and
// in which the fiber is resumed: the verifier counted past them.
// FUZZ: -Og -mcpu=v4 -g cancel
// RUN: %fuzz --replay %s --seed 77346
#define FZ_HOME_SYSCALL
#define FZ_USES_USER
#include "fuzz.h"

FZ_MAP(HASH);

u16 g0;
static s64 g1;
s64 ga[4];

static __always_inline void fz_init(void)
{
}

AWAITABLE u8 helper0(struct fz_home *ctx, u32 a0)
{
	u64 v1 = (u64)(a0);
	u32 v2 = (u32)((u32)((u32)(ga[((u32)((u32)(7U) + (u32)(a0))) & 3])) >> (((((s8)((s8)((u32)((s8)(a0)) & (u32)(7))) <= (s8)(4)) ? (u32)(4294967295U) : (u32)(u32)(g0))) & 31));
	if ((s32)(({ ((void)(co_await fz_user_or_timeout(((u32)(((u16)((u16)(v2)) >= (u16)(2)))) & 15)), (s64)(~(u64)((s64)(v1)))); (s64)((u64)(143LL) | (u64)((s64)(g0))); }))) {
		v2 = (u32)(g0);
		v2 = (u32)((u64)v2 & (u64)(u32)((u32)((u32)((u32)((u32)(ga[((u32)((u32)((u32)(g0)) * (u32)(248U))) & 3])) | (u32)(a0))) + (u32)((u32)(ga[((u32)(g1)) & 3]))));
	}
	struct fz_s st3 = { .a = (u32)(g1), .b = (s8)(v2), .c = (u16)(g1), .d = (s64)(v2) };
	fz_out(v2);
	return (u8)((u32)((u8)((u32)((u8)(st3.d)) ^ (u32)((u8)(a0)))) >> (((u32)((u32)((u32)(g1)) - (u32)((u32)(v1)))) & 7));
}

FIBER_CANCELLABLE int fz_main(struct fz_home *ctx, u32 p0, u64 p1)
{
	if (fz.in[7] == 0x123456789) {
		(co_await fz_user((0U) & 15));
	}
	u16 v5 = (u16)((u32)((u16)((u32)((u16)(g1)) | (u32)((u16)(ga[(4294967295U) & 3])))) - (u32)((u16)(((u16)((u16)((u32)((u16)(p0)) & (u32)(7))) < (u16)(2)))));
	u64 v6 = (u64)(113);
	s32 v7 = (s32)((s64)(fz.in[3]));
	u16 v8 = (u16)((u32)((u16)(((u64)((u64)(ga[((u32)(g1)) & 3])) < (u64)((u64)(v5))))) >> (((((s32)((s32)((u32)((s32)(g0)) & (u32)(3))) != (s32)(2)) ? (u32)(u32)(g0) : (u32)(u32)(g0))) & 15));
	u64 arr9[8] = { 15010335100748217553ULL, 0ULL };
	struct fz_s st10 = { .a = (u32)(v7), .b = (s8)(arr9[((u32)((s16)(v5))) & 7]), .c = (u16)(v7), .d = (s64)(g0) };
	p0 &= 7;
	if (p0 < 8) {
		(co_await fz_user(((u32)(v5)) & 15));
		fz_out(arr9[p0]);
	}
	g0 = (u16)((u64)g0 ^ (u64)(u16)((u32)((u16)(fz.in[4])) % ((u32)((u16)(((u32)((u32)((s32)((u16)((u16)(ga[((u32)((u32)((u32)(st10.d)) >> ((4294967295U) & 31))) & 3])) + (u16)((u16)(fz.in[4]))))) > (u32)(1U)))) | 1)));
	__builtin_memset(arr9, 0, sizeof(arr9));
	if (((s64)((s64)((u64)((s64)((s32)(v8))) & (u64)(7LL))) == (s64)(1LL))) {
		ga[(u32)p0 & 3] = (s64)((u64)ga[(u32)p0 & 3] * (u64)(s64)((u64)((((s16)((s16)((u32)((-32768)) & (u32)(1))) >= (s16)(2)) ? (s64)(s64)(v7) : (s64)(6804561500542448171LL))) << (((u32)((u32)(10U) | (u32)((u32)(ga[((u32)((u32)((u32)(g0)) + (u32)((u32)(v5)))) & 3])))) & 63)));
	}
	for (u64 i11 = 0; i11 < 4; i11++) {
		fz_out((u64)((u64)((u64)((u32)(g0))) >> (((u32)((u32)(p0) >> ((2147483647U) & 31))) & 63)));
		for (u32 i12 = 0; i12 != 3; i12++) {
			if (i12 == 4) {
				break;
			}
			(co_await fz_user((4294967295U) & 15));
			switch ((u32)((u32)(i12) & (u32)(3U))) {
			case 0:
				__builtin_memset(arr9, 2, sizeof(arr9));
				break;
			case 3:
				fz_out((((u8)((u8)((u32)((u8)(i11)) | (u32)((u8)(ga[i11])))) >= (u8)(4)) ? (u64)(u64)((u64)((u64)(i12)) - (u64)((u64)(g1))) : (u64)(u64)((u64)((u64)(g0)) + (u64)((u64)(st10.e[((u32)(g0)) & 3])))));
				fz_out((u64)((u64)((u64)((u64)((u64)(g1)) >> (((u32)(v7)) & 63))) >> (((u32)((u64)(g1))) & 63)));
				__attribute__((fallthrough));
			default:
				if ((((u64)((u64)((u64)((u64)(st10.c)) - (u64)(arr9[i11]))) <= (u64)((u64)(g0))) || (co_await fz_packet_value((i12) & 15)))) {
					if (((u8)((u8)((u32)((u8)((u32)((u8)((u16)(fz.in[6]))) + (u32)((u8)((u32)((u8)(g0)) >> (((u32)(g1)) & 7))))) & (u32)(7))) == (u8)(1))) {
						(co_await fz_packet_value(((u32)((s32)((u8)((u8)(i11)) + (u8)((u8)(i12))))) & 15));
						v7 = (s32)((u64)v7 ^ (u64)(s32)((s16)((s16)(ga[i11])) + (s16)((s16)(i12))));
						p0 &= 7;
						if (p0 < 8) {
							fz_out(arr9[(3U) & 7]);
						}
					}
				}
				break;
			case 1:
				break;
			}
		}
	}
	fz_out((co_await helper0(ctx, (u32)((u32)((u32)(p1)) & (u32)(p0)))));
	fz_out(p0);
	fz_out(p1);
	fz_out(v5);
	fz_out(v6);
	fz_out(v7);
	fz_out(v8);
	fz_out(arr9[((u32)((u32)((u32)(fz.in[5])) / ((u32)((u32)(g1)) | 1))) & 7]);
	fz_out(g0);
	fz_out(g1);
	fz_out(ga[0]);
	fz_out(ga[1]);
	fz_out(ga[2]);
	fz_out(ga[3]);
	co_return fz_end((u32)((u32)(309859880U) & (u32)(15U)));
}

FZ_PROGRAMS
