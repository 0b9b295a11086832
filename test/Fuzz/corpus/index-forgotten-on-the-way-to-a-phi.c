// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// An index that a yielding loop makes the verifier forget in front of a phi, and
// another one whose address is computed behind the loop.
// FUZZ: -O1 -mcpu=v3 -g -fbpf-fiber-quantum=1 migrate
// RUN: %fuzz --replay %s --seed 80000494
#define FZ_HOME_SYSCALL
#include "fuzz.h"

FZ_MAP(HASH);

static s8 g0;
static s8 g1;
static u32 g2;
u64 ga[4];

static __always_inline void fz_init(void)
{
	g1 = fz.in[1];
}

FIBER int fz_main(struct fz_home *ctx, u32 p0, u64 p1)
{
	s8 v1 = (s8)(p0);
	s32 v2 = (s32)(p1);
	u64 v3 = (u64)((u8)((u32)((u8)(ga[((u32)((u32)(g2) / ((u32)((u32)(v2)) | 1))) & 3])) << ((3U) & 7)));
	s32 v4 = (s32)((u32)((s32)((u32)((s32)(g2)) - (u32)((s32)(g1)))) | (u32)((s32)((u8)((u8)(v1)) - (u8)((u8)(fz.in[1])))));
	s32 v5 = (s32)((u32)((((u64)((u64)((u64)(18446744073709551613ULL) & (u64)(3ULL))) != (u64)((u64)(v4))) ? (s32)(s32)(g1) : (s32)(1))) - (u32)((s32)((u32)(4) ^ (u32)((s32)(ga[((u32)((u32)((u32)(v3)) & (u32)(p0))) & 3])))));
	u64 v6 = (u64)((((u16)((u16)((u32)((u16)(g1)) ^ (u32)(65535))) <= (u16)(0)) || ((s16)((((u16)((u16)((u32)((u16)(v4)) & (u32)(1))) != (u16)(4)) ? (s16)(16) : (s16)(s16)(ga[((u32)((u32)(256U) ^ (u32)((u32)(ga[(1257901683U) & 3])))) & 3]))) > (s16)(2))));
	u16 arr7[8] = { (u16)(fz.in[3]), (u16)(g1) };
	u8 arr8[8] = { 200 };
	struct fz_s st9 = { .a = (u32)(g0), .b = (s8)(arr7[((u32)((u32)((u32)(v4)) << ((201U) & 31))) & 7]), .c = (u16)(g2), .d = (s64)(fz.in[0]) };
	if (p0 < 8) {
		u16 w10 = 0;
		while (w10 < 1 && (((u8)((u8)(g2)) < (u8)(127)) && ((u8)(st9.e[((u32)(g0)) & 3]) >= (u8)(0)))) {
			w10++;
			fz_out((u64)((u64)((u64)((u64)(9223372036854775807ULL) * (u64)((u64)(g1)))) * (u64)((u64)((u64)(v6) + (u64)((u64)(g2))))));
			s32 v11 = (s32)((u32)((s32)((u32)((s32)(g0)) + (u32)((s32)(g2)))) & (u32)((s32)((u32)(v2) + (u32)((s32)(v6)))));
			switch ((u32)((u32)((u32)((u32)((u32)(v6)) >> (((u32)((u32)((u32)(g1)) * (u32)(g2))) & 31))) & (u32)(3U))) {
			case 0:
				for (u32 i12 = 0; i12 < 1; i12++) {
					v3 = (u64)((s8)((u32)((s8)((u32)(32) + (u32)((s8)(w10)))) + (u32)(((void)(co_await fz_packet((i12) & 15)), (u8)((u32)((u8)(g2)) * (u32)((u8)(v5)))))));
					if (((u64)((u64)((u64)((u64)(g1)) & (u64)(1ULL))) == (u64)((u64)(i12)))) {
						continue;
					}
					if (((s32)((s32)((u16)((u16)(i12)) + (u16)(32767))) >= (s32)((s32)(arr7[p0])))) {
						break;
					}
					v6 &= 7;
					if (v6 < 8) {
						if (p1 < 8) {
							(co_await fz_packet(((u32)((u32)((u32)(v3)) ^ (u32)((u32)(v11)))) & 15));
							fz_out(arr7[(1U) & 7]);
						}
						fz_out(arr7[i12]);
					}
				}
				__attribute__((fallthrough));
			case 3:
				(co_await fz_packet_or_timeout(((u32)((u32)((u32)(v4)) >> (((u32)(v6)) & 31))) & 15));
				{
					u8 w14 = 0;
					L13:;
					if (((s32)((s32)((u32)((s32)((u32)((s32)((u32)((s32)(g2)) ^ (u32)((s32)(g0)))) + (u32)((s32)((s8)(g1) - (s8)((s8)(ga[((u32)((u32)(g2) - (u32)((u32)(arr8[p0])))) & 3])))))) & (u32)(7))) != (s32)(3))) {
						(co_await fz_packet(((((u32)((u32)(v11)) > (u32)(4U)) ? (u32)(2U) : (u32)(u32)(v11))) & 15)); v6 = (u64)fz_ctx_a(ctx);
						(co_await fz_packet(((u32)((u32)((u32)(v6)) << (((u32)(v6)) & 31))) & 15)); p1 = (u64)fz_ctx_b(ctx);
					}
					ga[(u32)w10 & 3] = (u64)((u64)ga[(u32)w10 & 3] | (u64)((((s8)((s8)(g2)) > (s8)(2)) || ((u32)((u32)(arr8[p0])) > (u32)((u32)(w10)))) ? (u64)(u64)(((u64)((u64)((u64)((u64)(g2)) + (u64)(ga[((u32)((u32)((u32)(g1)) | (u32)(64U))) & 3]))) > (u64)(3ULL))) : (u64)(u64)((u64)(fz.in[5]) + (u64)((u64)(arr7[p0])))));
					if (++w14 < 3 && ((s64)((s64)((u64)((s64)(g2)) & (u64)(3LL))) != (s64)((s64)(g1)))) goto L13;
				}
				break;
			}
			switch ((u32)((u32)((u32)(g0)) & (u32)(3U))) {
			case 1:
				for (s32 i15 = 0; i15 < 5; i15++) {
					fz_out((u64)((s32)((u8)((u8)((u32)(arr8[p0]) / ((u32)((u8)(ga[((u32)((-1361184393412735556LL))) & 3])) | 1))) + (u8)((u8)((u32)((u8)(g2)) ^ (u32)((u8)(i15)))))));
					(co_await fz_sleep(((u32)((u32)((u32)(i15)) + (u32)((u32)(i15)))) & 15));
					(co_await fz_packet(((u32)((u32)((u32)(v11)) | (u32)(112U))) & 15));
				}
				break;
			case 0:
				g0 = (s8)((s32)((u32)((s32)(w10)) - (u32)(((s32)((co_await fz_packet_or_timeout(((u32)(-(u32)((u32)(w10)))) & 15))) == (s32)(v11)))));
				if (((s16)((s16)((u32)((s16)((u32)(32161) ^ (u32)((s16)(ga[((u32)((s32)((u16)((u16)(ga[((u32)((u32)((u32)(w10)) >> ((129U) & 31))) & 3])) - (u16)(32768)))) & 3])))) & (u32)(1))) == (s16)(1))) {
					continue;
				}
				break;
			default:
				break;
			case 3:
				break;
			}
		}
		fz_out(arr8[p0]);
	}
	co_return fz_end((u32)((u32)((u32)((((u16)((u16)(v4)) < (u16)(2)) ? (s8)(2) : (s8)(g1)))) & (u32)(15U)));
}

FZ_PROGRAMS
