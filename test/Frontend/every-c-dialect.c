// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The checks read what every dialect of C that BPF programs use makes of a
// program, definitions in the old style among it.
// RUN: %verify -std=gnu89 %s
// RUN: %verify -std=gnu99 %s
// RUN: %verify -std=gnu11 %s
// RUN: %verify -std=gnu17 %s
// RUN: %verify -std=gnu2x -DNEW %s
#pragma clang diagnostic ignored "-Wdeprecated-non-prototype"
#include "fiber.h"

#ifdef NEW
#define OLD_STYLE(type, name) (type name)
#else
#define OLD_STYLE(type, name) (name) type name;
#endif

FIBER int old OLD_STYLE(struct xdp_md *, ctx)
{
	next_packet(XDP_PASS); // expected-error {{'next_packet' suspends the fiber}}
	return co_await sleep_ns(1);
}
FIBER_MAP(map, old, BPF_MAP_TYPE_HASH, __u32, 16);

#ifndef NEW
static __attribute__((unused)) int declared();

static __attribute__((unused)) int calls(void)
{
	return declared(1, 2);
}

static int declared(n) int n;
{
	return n;
}
#endif

__attribute__((unused)) FIBER int empty() // expected-error {{fiber 'empty' has no context parameter}} expected-note {{first parameter}}
{
	return 0;
}

SEC("xdp") int program(struct xdp_md *ctx)
{
	__u32 key = 1;

	fiber_spawn(&map, old, &key, ctx, FIBER_REFUSE, 0);
	return ((int (*)(void *))empty)(ctx); // expected-error {{fiber 'empty' has no address}} expected-note {{name it in}}
}
