// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A loop that yields and ends when its counter is zero, which it always is:
// behind a resume the verifier counted on.
// FUZZ: -Os -mcpu=v4 -g -fbpf-fiber-quantum=100 migrate
// RUN: %fuzz --replay %s --seed 9100948
#define FZ_HOME_SYSCALL
#include "fuzz.h"

FZ_MAP(HASH);

s8 g0;
static s32 g1;
static s64 g2;
u64 ga[4];

static __always_inline void fz_init(void)
{
}

static __always_inline s64 plain0(s64 *a0)
{
	g2 = (s64)((u64)((s64)((u64)(9223372036854775807LL) + (u64)((-9223372036854775807LL - 1)))) - (u64)((s64)((u64)(g2) * (u64)((s64)(fz.in[0])))));
	return (s64)(((s64)((s64)(((s32)(g1) <= (s32)(57)))) <= (s64)(g2)));
}

FIBER int fz_main(struct fz_home *ctx, u32 p0, u64 p1)
{
	s32 v1 = (s32)((u32)(((u8)((u8)((u32)((u8)(ga[((u32)((u32)(512U) - (u32)((u32)(ga[((u32)(((s32)(237) > (s32)((s32)(g2))))) & 3])))) & 3])) & (u32)(1))) == (u8)((u8)(p1)))) + (u32)((s32)(g2)));
	u64 v2 = fz.in[1];
	u64 v3 = (u64)(({ (co_await fz_packet(((u32)((u32)(p0) * (u32)((u32)(p1)))) & 15)); (s16)(fz.in[4]); }));
	u32 arr4[16] = { 1U };
	u32 arr5[8] = { (u32)(g1), 32U };
	struct fz_s st6 = { .a = arr5[(3184804744U) & 7], .b = 127, .c = (u16)(ga[(5U) & 3]), .d = (s64)(fz.in[5]) };
	for (u32 i10 = 0; i10 != 1; i10++) {
		p0 &= 3;
		if (p0 < 4) {
			if (p1 < 16) {
				{
					struct fz_obj *o11 = fz_obj_new();
					if (!o11) { fz.oom = 1; co_return fz_end(0); }
					o11->b = (u64)(g0);
					st6.d = (s64)((u64)((s64)(arr5[(4294967295U) & 7])) + (u64)((s64)((u64)(5LL) << (((u32)(g2)) & 63))));
					switch ((u32)((u32)((u32)((u32)((u32)(((s32)(0) >= (s32)(1)))) ^ (u32)((u32)((u32)((u32)(g1)) * (u32)((u32)(g2)))))) & (u32)(3U))) {
					default:
						if ((s32)((co_await fz_sleep(((((s8)((s8)((u32)((s8)(v3)) & (u32)(1))) >= (s8)((s8)(p0))) ? (u32)(u32)(v2) : (u32)(u32)(v2))) & 15)))) {
							{
								u32 w13 = 0;
								L12:;
								if (++w13 < 3 && ((s64)((s64)((u64)((s64)(fz.in[0])) * (u64)((s64)(g1)))) <= (s64)(4LL))) goto L12;
							}
						}
						break;
					case 2:
						break;
					}
					fz_out(o11->b);
					fz_out((u64)((u32)((u32)((u32)(g0)) - (u32)(arr5[((u32)(((u32)((u32)((u32)((u32)(g2)) & (u32)(3U))) != (u32)(1U)))) & 7]))));
					fz_obj_drop(o11);
				}
				fz_out(arr4[p1]);
			}
			fz_out(ga[((u32)(((u16)((u16)((u32)((u16)((s32)((u16)((u16)(g1)) - (u16)((u16)(arr5[p0]))))) & (u32)(3))) != (u16)(2)))) & 3]);
		}
	}
	s64 v14 = (s64)((u64)((s64)((u64)((s64)(p0)) + (u64)((s64)(g0)))) + (u64)((s64)((u64)(0LL) ^ (u64)(274877906944LL))));
	fz_out(p1);
	fz_out(ga[3]);
	co_return fz_end((u32)((u32)((u32)(({ (co_await fz_sleep(((((s32)((-1)) >= (s32)(2)) ? (u32)(u32)(p1) : (u32)(u32)(v2))) & 15)); (s16)((u32)((s16)(ga[(783906217U) & 3])) & (u32)((s16)(g2))); }))) & (u32)(15U)));
}

FZ_PROGRAMS
