// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What is read from the context or elsewhere, as a condition says: code
// generation chose the address.
// FUZZ: -Os -mcpu=v4 -g destroy
// RUN: %fuzz --replay %s --seed 31000762
#define FZ_HOME_SYSCALL
#include "fuzz.h"

FZ_MAP(HASH);

static u8 g0;
u64 g1;
s64 ga[4];

static __always_inline void fz_init(void)
{
}

AWAITABLE u32 helper0(struct fz_home *ctx, u64 *a0)
{
	return (u32)(((((s16)((s16)((u32)((s16)((u32)((s16)(ga[(4294967295U) & 3])) - (u32)((s16)(g0)))) & (u32)(1))) != (s16)((s16)(g0))) || (co_await fz_packet((4294967289U) & 15))) && ((s32)((s32)((u32)((s32)(g0)) & (u32)(7))) == (s32)((s32)(g0)))));
}

AWAITABLE s8 helper1(struct fz_home *ctx, s32 a0, u8 a1, u16 *a2)
{
	s64 v5 = (s64)((u64)((s64)(g1)) | (u64)((s64)(a0)));
	for (s32 i6 = 0; i6 < 3; i6++) {
		(co_await fz_packet(((u32)((u32)((u32)(i6)) & (u32)((u32)(a0)))) & 15)); v5 = (s64)fz_ctx_a(ctx);
		ga[(u32)a1 & 3] = (s64)((u64)ga[(u32)a1 & 3] & (u64)(s64)((u64)((((s8)((s8)(g1)) > (s8)(0)) ? (s64)(s64)(fz.in[7]) : (s64)(v5))) << (((u32)(((u32)((u32)((u32)((u32)(a1)) & (u32)(1U))) <= (u32)(3U)))) & 63)));
	}
	return (s8)((((u8)((u8)((u32)((u8)(((s16)((s16)((u32)((s16)(g1)) & (u32)(3))) == (s16)(0)))) & (u32)(3))) == (u8)(4)) && (co_await fz_packet(((u32)((u32)((u32)(a1)) - (u32)((u32)(a1)))) & 15))));
}

AWAITABLE s64 helper2(struct fz_home *ctx, u16 a0, s32 a1)
{
	if (((u16)((u16)((u32)((u16)((u32)((u16)((u32)((u16)(ga[((u32)(g1)) & 3])) >> (((u32)(g1)) & 15))) + (u32)((u16)((u32)((u16)(g1)) + (u32)((u16)(g0)))))) & (u32)(3))) <= (u16)(3))) {
		switch ((u32)((u32)(4294967295U) & (u32)(3U))) {
		default:
			{
				u32 i8;
				i8 = 0;
				if ((((u64)((u64)((u64)(fz.in[5]) & (u64)(3ULL))) == (u64)(2ULL)) || ((u64)((u64)((u64)(128ULL) & (u64)(3ULL))) <= (u64)(g1))))
					goto L7;
				for (; i8 < 2; i8++) {
					{
						switch ((u32)((u32)((u32)(9223372036854775807LL)) & (u32)(3U))) {
						default:
							break;
						case 0:
							fz_out((u64)((u16)((u32)((((u8)(5) >= (u8)(4)) ? (u16)(a0) : (u16)(u16)(i8))) * (u32)(((co_await fz_packet(((u32)((u8)(i8))) & 15)) || (((u8)((u8)(a1)) > (u8)(2)) && ((u16)((u16)((u32)((u16)(g0)) & (u32)(1))) == (u16)((u16)(g0)))))))));
							break;
						}
					}
				L7:;
				}
			}
			break;
		case 2:
			break;
		case 0:
			break;
		}
	}
	return (s64)((u64)((s64)((u64)((s64)(g1)) << (((u32)(a0)) & 63))) * (u64)((s64)((u64)(ga[((u32)((((s32)(a1) >= (s32)(a1)) && ((u16)((u16)(fz.in[5])) <= (u16)((u16)(g1)))))) & 3]) - (u64)((s64)(fz.in[2])))));
}

FIBER int fz_main(struct fz_home *ctx, u32 p0, u64 p1)
{
	s8 v10 = (s8)((u32)((s8)((s8)((s8)(g0)) >> ((6U) & 7))) * (u32)((s8)((u32)((s8)(ga[(32768U) & 3])) & (u32)((s8)(g0)))));
	u32 v11 = (u32)((u32)((((s8)((s8)((u32)((s8)(g0)) & (u32)(3))) >= (s8)(4)) ? (u32)(2147483648U) : (u32)(u32)(g0))) * (u32)((u32)((s32)((u8)(g0) - (u8)((u8)(g1))))));
	s8 v12 = (s8)((u32)((s8)((u32)((s8)(fz.in[6])) * (u32)((s8)(p0)))) ^ (u32)((s8)(v11)));
	u16 v13 = (u16)(g1);
	u8 arr14[8] = { (u8)(v12) };
	u64 v18 = (u64)(g0);
	u16 v19 = (u16)((u32)(0) * (u32)((u16)(((s64)((s64)(v13)) < (s64)(2LL)))));
	fz_out((co_await helper1(ctx, (s32)(v13), (u8)((u32)((u8)(v13)) + (u32)((u8)(v13))), &v19)));
	co_return fz_end((u32)((u32)((u32)((co_await fz_packet((p0) & 15)))) & (u32)(15U)));
}

FZ_PROGRAMS
