// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Functions, variables and types of the user's may be called as the compiler
// calls what it makes of a fiber, and identifiers may be long.
// RUN: %everywhere %s %t
// RUN: %everywhere %s %t-yields -fbpf-fiber-quantum=500
#include "kernel-test.h"

FRAMES(named);

/* Older kernels take 127 characters. */
#define LONG aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggggghhhhhhhhhh

struct named__start { int x; } of_a_type;
enum named_state { NONE_OF_THESE, L_next_packet } of_an_enum;
char named_quantum[3] = { 1, 2, 3 };
__u64 sum;

static __attribute__((noinline)) int named__resume_xdp(int x) { return x + 1; }
static __attribute__((noinline)) int named__start(int x) { return x + 2; }
static __attribute__((noinline)) int named__timer_callback(int x) { return x + 4; }
static __attribute__((noinline)) int named__resume_timer(int x) { return x + 8; }

// DO: run deliver port=3 == 3
// DO: check frames[0].frame == 3
// DO: run deliver port=4 == 2
// DO: wait sum == 3025
// DO: run user == 16
FIBER int named(struct xdp_md *ctx)
{
	__u32 frame = number(ctx), state = 0, LONG = 5, factor = 4;

	co_await next_packet(frame);
	state = number(ctx) * factor;
	co_await sleep_ns(NS_PER_MS, XDP_PASS);
	for (__u32 i = 0; i < 1000; i++)
		LONG += frame;
	sum = LONG + state + named_quantum[1] + named_quantum[0] + 1;
	co_return 0;
}

DELIVER_PACKETS(named)

SEC("xdp") int user(struct xdp_md *ctx)
{
	return named__resume_xdp(named__start(named__timer_callback(named__resume_timer(1))));
}
