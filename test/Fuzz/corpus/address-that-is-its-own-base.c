// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// In a loop that nothing leads to an address was its own base: the compiler
// followed it without end.
// FUZZ: -O2 -mcpu=v3 -g migrate
// RUN: %fuzz --replay %s --seed 80001848
#define FZ_HOME_TC
#define FZ_USES_USER
#define FZ_USES_EVENT
#include "fuzz.h"

FZ_MAP(LRU_HASH);

static u32 g0;
static s32 g1;
static s16 g2;

static __always_inline void fz_init(void)
{
	g0 = fz.in[0];
	g1 = fz.in[1];
	g2 = fz.in[2];
}

FIBER u8 child0(struct fz_home *ctx)
{
	u8 v1 = (u8)(((s8)((s8)(fz.in[4])) > (s8)(3)));
	s8 v2 = (s8)((co_await fz_defer(((u32)((s32)((s16)((s16)(v1)) + (s16)((s16)(v1))))) & 15)));
	g1 = (s32)((u32)(((s16)(7) > (s16)(3))) << (((u32)(fz.in[4])) & 31));
	switch ((u32)((u32)((u32)((co_await fz_packet_or_timeout(((u32)((u32)((u32)(v1)) | (u32)((u32)(v1)))) & 15)))) & (u32)(3U))) {
	default:
		g2 = (s16)((u32)(129) | (u32)((s16)((u32)(g2) * (u32)(g2))));
		break;
	case 1:
		{
			s8 *p3 = &v2;
			*p3 = (s8)(v1);
			u16 arr4[4] = { (u16)(g2) };
		}
		break;
	}
	return (u8)(((u16)((u16)(~(u32)((u16)(fz.in[1])))) > (u16)(2)));
}

FIBER int fz_main(struct fz_home *ctx, u32 p0, u64 p1)
{
	if (fz.in[7] == 0x123456789) {
		(co_await fz_user((0U) & 15));
	}
	s16 v5 = (s16)((u32)((s16)(((u32)((u32)(fz.in[6])) >= (u32)((u32)(p1))))) + (u32)((s16)((u8)(g0))));
	s32 v6 = ((u64)((u64)((s32)((u16)((u16)(fz.in[3])) + (u16)((u16)(fz.in[1]))))) > (u64)(3ULL));
	g0 = (u32)((u64)g0 | (u64)(u32)(fz.in[5]));
	if (((s64)((co_await fz_packet_or_timeout(((u32)((u32)((u32)(v6)) >> (((u32)(v5)) & 31))) & 15))) == (s64)(FZ_PACKET_RESULT))) {
		v6 = (s32)fz_ctx_a(ctx);
	}
	g2 = (s16)((u32)((u32)((u32)(v6)) - (u32)((((s16)(g2) <= (s16)(2)) ? (u32)(co_await fz_event(((u32)((u32)((u32)(v6)) + (u32)(p0))) & 15)) : (u32)(u32)(v5)))));
	if ((s32)((co_await fz_event(((u32)((u32)(p0) % ((u32)((u32)(p1)) | 1))) & 15)))) {
		fz_out((u64)((u64)((u64)(((u64)(0ULL) <= (u64)(1ULL)))) + (u64)((u64)(g2))));
		(co_await fz_packet(((u32)((u32)(4294967295U) << ((p0) & 31))) & 15)); v6 = (s32)fz_ctx_b(ctx);
		fz_out((co_await fiber_guard(child0(ctx), (((u64)((u64)((u64)(fz_value()) & (u64)(3ULL))) == (u64)(2ULL)) ? 9 : 0))));
	} else {
		fz_out((co_await child0(ctx)));
	}
	if (((s16)((s16)((((s64)((s64)(g1)) > (s64)(3LL)) && ((u8)((u8)((u32)(146) & (u32)(7))) == (u8)(1))))) <= (s16)(2))) {
		u64 w7 = 0;
		do {
			if (((u32)((u32)((u32)((u32)((s32)((s8)((-1)) + (s8)((s8)(g0))))) & (u32)((u32)(((s32)((s32)((u32)((s32)(v5)) & (u32)(3))) == (s32)(2)))))) < (u32)((u32)((u32)(2368154212U) | (u32)((u32)(fz.in[3])))))) {
				{
					u16 w9 = 0;
					L8:;
					if (((s64)((s64)((s32)((u16)((u16)((u32)((u16)(g0)) >> (((u32)(fz.in[5])) & 15))) + (u16)((u16)((u32)(32768) / ((u32)((u16)(g0)) | 1)))))) > (s64)(9223372036854775807LL))) {
						if (((s8)(0) >= (s8)(3))) {
							fz_out((u64)((((void)(co_await fz_sleep(((((s64)((s64)((u64)((s64)(v6)) & (u64)(1LL))) == (s64)(4LL)) ? (u32)(u32)(w7) : (u32)(u32)(w9))) & 15)), (s64)(g2)) ? (s64)(s64)(g1) : (s64)(s64)((u64)((s64)(w7)) << (((u32)(v5)) & 63)))));
						}
					}
					if (++w9 < 2 && ((s8)((s8)((u32)((s8)((s8)((-1)) >> (((u32)(fz.in[5])) & 7))) & (u32)(1))) == (s8)(0))) goto L8;
				}
				fz_out((u64)((s8)((u32)((co_await fz_packet_or_user(((u32)((u32)((u32)(w7)) | (u32)((u32)(v6)))) & 15))) - (u32)((s8)(w7)))));
			} else {
				v6 = (s32)((co_await fiber_guard(child0(ctx), (((s64)((s64)((u64)((s64)(g2)) << (((u32)(fz.in[0])) & 63))) >= (s64)((s64)(v6))) ? 1 : 0))));
			}
		} while (++w7 < 3 && ((s64)((s64)(fz.in[7])) <= (s64)(1LL)));
		s32 v10 = ((u16)(({ (co_await fz_user_or_timeout((p0) & 15)); (s64)((u16)(g1)); })) != (u16)((u16)(v5)));
	} else {
		(co_await fz_packet(((u32)((u32)(2147483647U) << (((u32)(v5)) & 31))) & 15)); p0 = (u32)fz_value();
	}
	p0 = (u32)((u32)((u32)((s16)(fz.in[1]))) | (u32)(g0));
	p0 = (u32)(g1);
	if ((((s32)((s32)((u32)((s32)(fz.in[5])) & (u32)(1))) != (s32)(((-2147483647 - 1)))) && ((s8)((s8)(p0)) > (s8)(4)))) {
		co_return fz_end((u32)((u32)(p0) & (u32)(15U)));
	}
	u32 w11 = 0;
	while (w11 < 1 && ((s8)((s8)((u32)((s8)((s32)((s16)(65) + (s16)(g2)))) & (u32)(7))) != (s8)(4))) {
		w11++;
		p0 = (u32)((co_await fiber_guard(child0(ctx), ({ p1 = (u64)((u64)((u64)(g0)) << ((183U) & 63)); fz_out(p1); (((s8)((s8)((u32)((s8)((u32)((s8)(w11)) - (u32)(37))) & (u32)(3))) < (s8)(1)) ? 9 : 0); }))));
		u8 w12 = 0;
		do {
		} while (++w12 < 3 && (s32)((u8)((u32)(((co_await fz_packet_or_user(((u32)((s32)((u16)((u16)(v5)) - (u16)((u16)(w11))))) & 15)) && (((s64)((s64)((u64)((s64)(fz.in[0])) & (u64)(3LL))) == (s64)(3LL)) || ((s8)((s8)((u32)((-128)) & (u32)(1))) > (s8)(4))))) * (u32)((u8)((u32)((u8)(p1)) - (u32)((u8)(p1)))))));
	}
	fz_out(p0);
	fz_out(p1);
	fz_out(v5);
	fz_out(v6);
	fz_out(g0);
	fz_out(g1);
	fz_out(g2);
	co_return fz_end((u32)((u32)(p0) & (u32)(15U)));
}

FZ_PROGRAMS
