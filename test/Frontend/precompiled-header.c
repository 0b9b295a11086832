// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A precompiled header is no program yet; what it declares counts where it is
// used.
// RUN: %fiberc -O2 -g -I %inputs -x c-header -DHEADER %s -o %t.pch 2>&1 | count 0
// RUN: %fiberc -O2 -g -include-pch %t.pch -fsyntax-only -Xclang -verify %s
#ifdef HEADER
#include "fiber.h"

FIBER int waits(struct xdp_md *ctx);
FIBER_MAP(waits_map, waits, BPF_MAP_TYPE_HASH, __u32, 16);

AWAITABLE long pause(void)
{
	return sleep_ns(1);
}
#undef HEADER
#else
FIBER int waits(struct xdp_md *ctx)
{
	pause();                   // expected-error {{'pause' suspends the fiber: call it with co_await}} expected-note@14 {{'pause' suspends here}}
	return co_await pause();
}

SEC("xdp") int program(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&waits_map, waits, &key, ctx, 1);
}
#endif
