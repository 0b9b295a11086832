// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// An index of a local in a frame that a work item has, tested in another
// register: the frame's size was not known.
// FUZZ: -O2 -mcpu=v3 -g -fbpf-fiber-quantum=30
// RUN: %fuzz --replay %s --seed 70000561
#define FZ_HOME_SYSCALL
#include "fuzz.h"

FZ_MAP(HASH);

static s32 g0;

static __always_inline void fz_init(void)
{
	g0 = fz.in[0];
}

FIBER int fz_main(struct fz_home *ctx, u32 p0, u64 p1)
{
	s32 v1 = (s32)((u32)((((s8)((s8)(fz.in[1])) < (s8)(1)) ? (s32)(194489051) : (s32)(s32)(p0))) | (u32)(117));
	s32 v2 = (((u64)((u64)((u64)((u64)(g0)) & (u64)((u64)(v1)))) > (u64)(3ULL)) ? (s32)(s32)((u32)(g0) + (u32)(((-2147483647 - 1)))) : (s32)(s32)(p0));
	u32 v3 = (u32)((s32)((u8)(252) - (u8)((u8)((u32)((u8)(fz.in[6])) * (u32)((u8)(v2))))));
	u8 v4 = (u8)(v2);
	u16 v5 = (u16)((u32)((u16)(p1)) ^ (u32)((u16)((u32)((u16)(v3)) << ((p0) & 15))));
	u32 arr6[4] = { p0, (u32)(fz.in[5]), v3, (u32)(v4) };
	s64 arr7[2] = { (-3LL) };
	switch ((u32)((u32)((u32)((u32)((u32)((u32)((u32)(v2)) + (u32)(4294967289U))) - (u32)((u32)(((s8)((s8)(v5)) > (s8)(2)))))) & (u32)(3U))) {
	case 1:
		if ((((s8)((s8)(((s8)((s8)(v5)) > (s8)(4)))) > (s8)(0)) && ((s32)((s32)((u32)((s32)(fz.in[6])) + (u32)(v2))) <= (s32)(3)))) {
			{
				s32 i13;
				i13 = 0;
				if (((s16)((s16)((u32)((s16)((u32)((s16)(v2)) ^ (u32)((s16)(g0)))) & (u32)(3))) > (s16)(1)))
					goto L12;
				for (; i13 < 3; i13++) {
					{
						{
							u32 *p14 = &arr6[1];
							*p14 = (u32)((u32)(p0) + (u32)(*p14));
							switch ((u32)((u32)((u32)(((((u8)((u8)((u32)((u8)(v2)) & (u32)(1))) > (u8)(0)) && ((u8)(4) <= (u8)(1))) || ((s64)((s64)((u64)((s64)((u64)((s64)(i13)) + (u64)(3LL))) & (u64)(3LL))) != (s64)(3LL))))) & (u32)(3U))) {
							case 1:
								switch ((u32)((u32)((u32)(i13)) & (u32)(3U))) {
								case 1:
									{
										u8 w16 = 0;
										L15:;
										if (++w16 < 1 && ((u32)((((s16)((s16)((u32)((s16)(v5)) & (u32)(1))) != (s16)(0)) ? (u32)(u32)(arr7[((u32)((u32)(3568501571U) % ((u32)(arr6[((u32)((u32)((u32)(fz.in[1])) & (u32)((u32)(v4)))) & 3]) | 1))) & 1]) : (u32)(arr6[(v3) & 3]))) <= (u32)((u32)(fz.in[2])))) goto L15;
									}
									__attribute__((fallthrough));
								case 3:
									fz_out(68719476736ULL);
									break;
								default:
									s8 v17 = (s8)(fz.in[5]);
									__builtin_memset(arr7, 0, sizeof(arr7));
									break;
								}
								break;
							}
							{
								s32 i19;
								i19 = 0;
								if ((((u64)((u64)(g0)) >= (u64)((u64)(arr6[((u32)(v5)) & 3]))) || ((s16)((s16)(g0)) < (s16)(4))))
									goto L18;
								for (; i19 < 4; i19++) {
									{
										__builtin_memset(arr7, 1, sizeof(arr7));
									}
								L18:;
									if (!(((u8)((u8)((u32)((u8)(((s64)((s64)(*p14)) < (s64)(4LL)))) & (u32)(3))) == (u8)((u8)(v2))))) {
										if (p0 < 2) {
											{
												s32 *p20 = &v1;
												*p20 = g0;
											}
											fz_out(arr7[p0]);
										}
										p1 &= 1;
										if (p1 < 2) {
											fz_out(arr7[p1]);
										}
									}
								}
							}
						}
					}
				L12:;
				}
			}
		}
		__attribute__((fallthrough));
	case 2:
		__attribute__((fallthrough));
	default:
		break;
	case 3:
		break;
	}
	fz_out(v1);
	fz_out(v2);
	co_return fz_end((u32)((u32)((u32)((s8)((u32)((s8)((u32)((s8)((u8)(v5))) & (u32)((co_await fz_defer(((((u8)((u8)(p1)) > (u8)(3)) ? (u32)(u32)(v5) : (u32)(u32)(v5))) & 15))))) + (u32)((s8)((u32)((s8)(v5)) + (u32)((s8)(v4))))))) & (u32)(15U)));
}

FZ_PROGRAMS
