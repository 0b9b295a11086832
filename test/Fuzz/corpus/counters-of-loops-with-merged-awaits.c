// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A counter is over when the awaits of other loops, merged with its own, are
// reached.
// FUZZ: -O2 -mcpu=v4 -g -fwrapv cancel
// RUN: %fuzz --replay %s
#define FZ_HOME_SYSCALL
#define FZ_USES_USER
#include "fuzz.h"

FZ_MAP(HASH);


static __always_inline void fz_init(void)
{
}

FIBER s32 child0(struct fz_home *ctx, s8 a0)
{
	u32 v1 = (u32)((u32)((u32)(((s64)((s64)((u64)(1289009312269115135LL) & (u64)(1LL))) < (s64)(2LL)))) + (u32)((u32)(a0)));
	u16 v2 = (u16)(((s16)((s16)(a0)) >= (s16)(1)));
	v1 = (u32)(((void)(s64)((u64)((((u8)((u8)(a0)) < (u8)(2)) ? (s64)(s64)(v1) : (s64)(s64)(v1))) * (u64)((co_await fz_user_or_timeout(((u32)((s8)(v1))) & 15)))), (s64)(fz.in[6])));
	return (s32)((s32)(((u16)((u16)((u32)(17449) ^ (u32)((u16)(a0)))) < (u16)((u16)(a0)))) >> ((v1) & 31));
}

FIBER u8 child1(struct fz_home *ctx, s32 a0, s64 a1)
{
	s8 v4 = (s8)((u32)((s8)((u32)((s8)(a0)) + (u32)((s8)(a1)))) + (u32)((s8)(((s32)((s32)((u32)((s32)(fz.in[5])) & (u32)(3))) == (s32)(4)))));
	for (s32 i5 = 0; i5 < 1; i5++) {
		if (((u8)((u8)((u32)((u8)((s64)((s32)((s8)((s8)(fz.in[7])) + (s8)((s8)(i5)))))) & (u32)(3))) != (u8)(0))) {
			(co_await child0(ctx, v4));
			switch ((u32)((u32)((u32)(i5)) & (u32)(3U))) {
			case 3:
				break;
			default:
				break;
			}
		}
	}
	fz_out(a1);
	return (u8)((u32)((u8)((u32)((u8)(a0)) + (u32)(127))) << (((u32)((u32)(5U) >> ((4294967295U) & 31))) & 7));
}

FIBER u8 child2(struct fz_home *ctx)
{
	fz_out((u64)((s32)((u32)(1) + (u32)((s32)(fz.in[6])))));
	for (u32 i6 = 5; i6--;) {
		fz_out((u64)((u64)((u64)((u64)((u64)(i6)) << ((i6) & 63))) >> (((u32)((u32)(2097152U) / ((u32)(4294967294U) | 1))) & 63)));
		fz_out((co_await child0(ctx, (((s8)((s8)((u32)((s8)(i6)) & (u32)(7))) == (s8)(0)) ? (s8)(s8)(i6) : (s8)(s8)(i6)))));
		switch ((u32)((u32)((u32)((u32)(i6) ^ (u32)((u32)((s32)((u16)(65534) - (u16)((u16)(i6))))))) & (u32)(3U))) {
		case 3:
			{
				u8 w8 = 0;
				L7:;
				if (++w8 < 3 && ((u32)((u32)((u32)((u32)(((u32)((u32)((u32)(167U) - (u32)(i6))) > (u32)(1U)))) & (u32)(3U))) == (u32)(2U))) goto L7;
			}
			break;
		default:
			break;
		case 0:
			break;
		case 2:
			break;
		}
	}
	return (u8)((u32)((u8)((s32)((s16)(7) + (s16)(5)))) % ((u32)(1) | 1));
}

FIBER_CANCELLABLE int fz_main(struct fz_home *ctx, u32 p0, u64 p1)
{
	if (fz.in[7] == 0x123456789) {
		(co_await fz_user((0U) & 15));
	}
	s32 v9 = (s32)((s32)((s32)((u32)((s32)(p1)) + (u32)((s32)(p1)))) >> ((2083129033U) & 31));
	s32 v10 = (s32)((u32)((s32)((u32)((s32)(fz.in[2])) + (u32)((-970525589)))) + (u32)((s32)((u32)((s32)(p0)) + (u32)((s32)(fz.in[6])))));
	s16 v11 = (s16)((u32)((s16)((u32)(6) - (u32)((s16)(fz.in[7])))) + (u32)((s16)((u32)((s16)(p0)) - (u32)((s16)(p0)))));
	u32 arr12[8] = { (u32)(v9), 2147483647U, (u32)(fz.in[3]), (u32)(v10), (u32)(fz.in[4]), 3U, (u32)(v11), (u32)(fz.in[6]) };
	s32 arr13[4] = { (s32)(fz.in[7]), v9 };
	struct fz_s st14 = { .a = (u32)(v11), .b = 127, .c = (u16)(v9), .d = (s64)(v10) };
	v9 = (s32)((u32)((s32)((u32)(3) * (u32)((s32)(v11)))) | (u32)((s32)((u32)(v10) & (u32)(v9))));
	fz_out((u64)((u64)((((u64)((u64)(arr12[((u32)((u32)(p0) & (u32)((u32)(v9)))) & 7])) > (u64)((u64)(v10))) ? (u64)(0ULL) : (u64)(16384ULL))) | (u64)((u64)((u64)(p1) << ((p0) & 63)))));
	v9 = (s32)((co_await child1(ctx, (s32)((u32)((s32)(v11)) & (u32)((s32)(v11))), (s64)(v11))));
	u64 v15 = (u64)((u64)((u64)(((s32)((s32)((u32)((s32)(v11)) & (u32)(7))) >= (s32)(1)))) << (((u32)(p1)) & 63));
	v15 = (u64)((co_await child1(ctx, (s32)(v15), (s64)(v11))));
	for (u64 i16 = 0; i16 < ((u64)((u32)(v15)) & 3); i16++) {
		{
			struct fz_obj *o17 = (void *)0;
			if (((u64)((u64)((u64)((u64)(v11)) / ((u64)(v15) | 1))) > (u64)(3ULL))) {
				o17 = fz_obj_new();
				if (!o17) { fz.oom = 1; co_return fz_end(0); }
				o17->b = (u64)(8);
			}
			if (o17) { fz_out(o17->b); fz_obj_drop(o17); }
		}
	}
	fz_out((co_await child2(ctx)));
	fz_out(p0);
	fz_out(p1);
	fz_out(v9);
	fz_out(v10);
	fz_out(v11);
	fz_out(v15);
	fz_out(arr12[((u32)((u32)((u32)(v11)) << ((6U) & 31))) & 7]);
	fz_out(arr13[(1048576U) & 3]);
	co_return fz_end((u32)((u32)((u32)((u32)((u32)(((u32)((u32)((u32)((u32)(v11)) % ((u32)((u32)(v9)) | 1))) >= (u32)(2U)))) + (u32)((u32)((u32)((u32)(v9)) | (u32)((u32)(v15)))))) & (u32)(15U)));
}

FZ_PROGRAMS
