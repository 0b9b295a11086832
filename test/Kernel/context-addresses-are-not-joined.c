// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The packet is looked at in many places, in branches that the optimiser threads
// into each other: each access has its own address in the context. (A random
// program; what is expected is what the same C does without fibers.)
// RUN: %everywhere %s %t -w
#include "kernel-test.h"
FRAMES(f);
struct S { __u32 a; __u8 b; __s16 c; __u64 d; };
FIBER int f(struct xdp_md *ctx)
{
	struct S st = { 1, 2, 3, 4 };
	__s8 v1 = number(ctx) + 31u;
	__u8 v2 = number(ctx) + 0;
	__s64 v3 = number(ctx) + 65535ll;
	co_await next_packet((int)(v1));
	if ((~(((st.c) & (((__u64)((__u32)number(ctx)) * (__u64)(v1))))))) {
		for (__u32 i4 = 0; i4 < 3; i4++) {
			if (((__u32)(v1) % 10u)) {
				v3 = ((((__u64)(((__u64)(st.c) >> (11))) + (__u64)(((__u64)(st.b) * (__u64)(v3))))) || (st.d));
				v1 = co_await next_packet((int)((((__u32)number(ctx)) || (v3)))) + 255ll;
			} else {
				__u32 v5 = 0;
				co_await next_packet((int)(((v1) != (((__s8)(v5))))));
			}
			__s64 v6 = ((((__u64)(((__u32)(v3) / 7u)) << (0))) ? (v3) : (((__u64)(v3) << (8))));
		}
		switch ((((v2) && (((v3) != ((__u32)number(ctx)))))) & 3) {
		case 0: {
			if (((((__u32)(((1000) != (7ll))) / 3u)) != (((__u64)(st.a) - (__u64)(((v2) == (0))))))) {
				v3 = ((v1) && (((__u64)(((v3) | (v1))) >> (1))));
			}
			v1 = co_await next_packet((int)((~((__u32)number(ctx))))) + 1;
		}
			break;
		case 1: {
			switch ((((__s64)(((__u64)((__u32)number(ctx)) + (__u64)(v1))))) & 3) {
			case 0: {
				co_await next_packet((int)(st.a));
				if (((((__u64)(st.c) * (__u64)(v2))) == (((v1) == (v3))))) co_return (int)((~(((v1) ^ (v3)))));
			}
			case 1: {
				v3 = ((((__u16)(((__u64)(v2) * (__u64)(st.a))))) != (((st.d) | (((__u64)(st.b) >> (13))))));
			}
				break;
			}
			if ((~(((v2) != (((__u64)(v3) + (__u64)(st.b))))))) {
				v3 ^= v1;
				v2 = v1;
				st.a ^= ((__u64)(((st.c) ? (v3) : (((31) ^ (1000))))) - (__u64)(65535ll));
			}
		}
			break;
		}
	}
	v3 -= ((__u64)(v3) << (25));
	if (((((__u64)(((__u64)(v3) - (__u64)(v1))) * (__u64)(((v1) < (v1))))) < (v1))) {
		for (__u32 i7 = 0; i7 < 2; i7++) {
			__u32 v8 = v3;
			st.d -= ((((((__u32)(v1) / 7u)) && ((((__u32)number(ctx)) & (st.a))))) || (((v8) & ((((__u32)number(ctx)) || (st.d))))));
			v8 += ((__s16)(((__u64)(((__u32)(v3) / 10u)) + (__u64)(((v3) == (v8))))));
		}
		v1 += ((__u64)((((((__u32)number(ctx)) < (st.c))) && (((__u64)(v1) * (__u64)(v3))))) - (__u64)(((((v3) || ((__u32)number(ctx)))) | (((__u64)(256) * (__u64)(v2))))));
	} else {
		v3 += ((__u8)(((((__u64)(st.b) << (10))) | (((__u64)(v1) * (__u64)(v3))))));
	}
	v3 = co_await next_packet((int)(((__u64)(1u) - (__u64)(((v2) < (v1)))))) + 8ll;
	if (((__u64)(((v1) | (((st.d) | (v2))))) + (__u64)(st.b))) {
		co_await next_packet((int)(((st.c) == (((__u64)(st.b) - (__u64)(st.a))))));
		__s64 v9 = ((__u32)(v1) / 7u);
	}
	v2 ^= ((st.a) == (8ll));
	co_return (int)(((__u64)v1 * 17 ^ (__u64)v2 * 19 ^ (__u64)v3 * 21) ^ st.a ^ st.b ^ st.c ^ st.d);
}
DELIVER_PACKETS(f)
// DO: run deliver port=1310 == 61
// DO: run deliver port=79 == 1
// DO: run deliver port=837 == 1
// DO: run deliver port=557 == 1
// DO: run deliver port=1820 == 1
// DO: run deliver port=721 == 0
// DO: run deliver port=1123 == 70246
