// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Without the macro's name co_await is known by what it stands before. (Only
// in what is not evaluated it is not seen: see min() in
// await-in-unevaluated-operand.c.)
// RUN: %fiberc -I %inputs -E %s -o %t.i
// RUN: not %fiberc -fsyntax-only -fno-caret-diagnostics %t.i 2>&1 | FileCheck %s
#include "fiber.h"

static int plain(int n)
{
	return n;
}

#define min(a, b)			\
({					\
	typeof(a) _a = (a);		\
	typeof(b) _b = (b);		\
					\
	_a < _b ? _a : _b;		\
})

FIBER int waits(struct xdp_md *ctx)
{
	// CHECK-NOT: error
	co_await next_packet(XDP_PASS);
	int x = min(co_await sleep_ns(1), 2) + __extension__ 5;

	x += __extension__({ plain(2); });
	// CHECK: preprocessed-input-is-checked.c:[[#@LINE+1]]:2: error: 'next_packet' suspends the fiber
	next_packet(XDP_PASS);
	// CHECK: preprocessed-input-is-checked.c:[[#@LINE+1]]:7: error: 'plain' is not awaitable
	x += co_await plain(1);
	// CHECK: error: two awaits
	return co_await next_packet(1) + co_await next_packet(2);
}
RUN(waits);

// Nothing about anybody else's __extension__.
// CHECK-NOT: error
int other(void);
int other(void)
{
	return __extension__ plain(4);
}
