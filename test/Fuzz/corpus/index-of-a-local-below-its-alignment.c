// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// An index of a local of which instruction selection knows better how small it
// is: it became an or on the address.
// FUZZ: -O3 -mcpu=v4 -g -fbpf-fiber-quantum=1
// RUN: %fuzz --replay %s --seed 90000033
#define FZ_HOME_SYSCALL
#define FZ_USES_EVENT
#include "fuzz.h"

FZ_MAP(HASH);

static s16 g0;

static __always_inline void fz_init(void)
{
	g0 = fz.in[0];
}

FIBER int fz_main(struct fz_home *ctx, u32 p0, u64 p1)
{
	u32 v1 = (u32)((u32)(p0) - (u32)((u32)(((u32)((u32)((u32)((u32)((u32)(p0) | (u32)(2147483648U))) & (u32)(7U))) == (u32)(2U)))));
	s64 v2 = (s64)((s64)((s64)(((s32)((s32)((u32)(1) & (u32)(7))) == (s32)(4)))) >> (((u32)(((s32)((s32)((u32)((s32)(p0)) & (u32)(7))) == (s32)(1)))) & 63));
	u8 v3 = (u8)(g0);
	s32 arr4[4] = { (s32)(v3), (s32)(v2), (s32)(v3), (s32)(g0) };
	s32 arr5[8] = { arr4[(256U) & 3], (s32)(v2) };
	struct fz_s st6 = { .a = 6U, .b = (s8)(p1), .c = (u16)(g0), .d = (s64)(g0) };
	arr5[(u32)p0 & 7] = (s32)((u64)arr5[(u32)p0 & 7] * (u64)(s32)((u32)((s32)(g0)) ^ (u32)(((s32)((s32)((u32)((s32)(fz.in[6])) + (u32)(arr4[((u32)((u32)((u32)(v3)) * (u32)((u32)(g0)))) & 3]))) < (s32)(1)))));
	{
		struct fz_obj *o7 = fz_obj_new();
		if (!o7) { fz.oom = 1; co_return fz_end(0); }
		u32 w8 = 0;
		while (w8 < 3 && ((u64)((u64)((u64)(1125899906842624ULL) & (u64)(3ULL))) != (u64)((u64)(v3)))) {
			w8++;
			fz_out(({ (co_await fz_packet(((u32)((u32)((u32)(v3)) << ((w8) & 31))) & 15)); (u64)((u64)((u64)(st6.e[((u32)((u32)(w8) << ((217U) & 31))) & 3])) >> ((40U) & 63)); }));
			switch ((u32)((u32)((u32)(((void)(u16)((u32)((co_await fz_packet(((u32)(((s32)((s32)((u32)((s32)(v3)) & (u32)(7))) <= (s32)((s32)(v3))))) & 15))) & (u32)((u16)(-(u32)(65535)))), (u8)((u32)((u8)(g0)) - (u32)((u8)(p0)))))) & (u32)(3U))) {
			case 0:
				s8 v9 = (s8)(v3);
				{
					u8 w11 = 0;
					L10:;
					(co_await fz_packet(((u32)(w11)) & 15));
					__builtin_memcpy(arr5, arr4, 16);
					if (((u64)((u64)(g0)) >= (u64)(2ULL))) {
						switch ((u32)((u32)((u32)(((u64)((co_await fz_packet_value(((u32)(((u16)((u16)(w8)) >= (u16)(2)))) & 15))) > (u64)((u64)(v9))))) & (u32)(3U))) {
						case 1:
							switch ((u32)((u32)((u32)((u32)((u32)(((s8)((s8)((u32)(7) & (u32)(1))) == (s8)(1)))) * (u32)((u32)((u8)(arr5[((u32)(arr5[((u32)((s32)((u16)((u16)(v2)) - (u16)((u16)(st6.e[((u32)(w11)) & 3]))))) & 7])) & 7]))))) & (u32)(3U))) {
							case 2:
								s64 v12 = (((u64)((u64)((u64)((u64)((u64)((u64)(g0)) | (u64)((u64)(g0)))) & (u64)(1ULL))) != (u64)((u64)(arr4[(137U) & 3]))) ? (s64)(s64)(v1) : (s64)(s64)(arr4[(2147483647U) & 3]));
								break;
							case 1:
								break;
							}
							break;
						default:
							break;
						}
					}
					if (++w11 < 3 && ((u8)((u8)((u32)((u8)(w8)) % ((u32)((u8)(w8)) | 1))) > (u8)(1))) goto L10;
				}
				break;
			case 3:
				break;
			case 1:
				break;
			default:
				break;
			}
		}
		fz_obj_drop(o7);
	}
	fz_out(arr5[((u32)((u32)(2147483647U) % ((u32)((u32)(g0)) | 1))) & 7]);
	co_return fz_end((u32)((u32)((u32)((((u8)((u8)((u32)((u8)((u32)((u8)(v2)) / ((u32)((u8)(arr5[(2147483647U) & 7])) | 1))) & (u32)(7))) != (u8)(3)) ? (u64)(u64)((u64)((u64)(p0)) ^ (u64)((u64)(p0))) : (u64)(u32)((u32)((co_await fz_event(((u32)((u32)(4294967295U) - (u32)(p0))) & 15))) - (u32)((u32)(((s32)((-6)) <= (s32)(1)))))))) & (u32)(15U)));
}

FZ_PROGRAMS
