// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The macros of the language do not show: a message is at the word that the
// user wrote, and only a macro of the user's own is unfolded.
// RUN: not %fiberc -fsyntax-only -I %inputs %s 2>&1 | FileCheck --strict-whitespace %s
#include "fiber.h"

struct exit_ctx {
	long ret;
};
FIBER_CONTEXT(sys_exit, struct exit_ctx);

#define BOTH(a, b) ((a) + (b))
#define SUM() (co_await next_packet(1) + co_await next_packet(2))

FIBER int waits(struct xdp_md *ctx)
{
    long x;

// CHECK: {{^}}{{.*}}.c:[[#@LINE+3]]:9: error: 'next_event' suspends
// CHECK-NEXT: {{^}}   [[#@LINE+2]] |     x = next_event(sys_exit, 0) != 0;
// CHECK-NEXT: {{^}}      |         ^~~~~~~~~~~~~~~~~~~~~~~{{$}}
    x = next_event(sys_exit, 0) != 0;
// CHECK-NOT: expanded from
// CHECK: .c:[[#@LINE+3]]:16: error: operand of co_await
// CHECK-NEXT: {{^}}   [[#@LINE+2]] |     x = co_try(co_await x);
// CHECK-NEXT: {{^}}      |                ^        ~{{$}}
    x = co_try(co_await x);
// CHECK-NOT: expanded from
// CHECK: .c:[[#@LINE+3]]:36: error: two awaits
// CHECK-NEXT: {{^}}   [[#@LINE+2]] |     x = BOTH(co_await sleep_ns(1), co_await sleep_ns(2));
// CHECK-NEXT: {{^}}      |                                    ^{{$}}
    x = BOTH(co_await sleep_ns(1), co_await sleep_ns(2));
// CHECK: .c:[[#@LINE+3]]:14: note: the other await is here
// CHECK-NEXT: {{^}}   [[#@LINE+2]] |     x = BOTH(co_await sleep_ns(1), co_await sleep_ns(2));
// CHECK-NEXT: {{^}}      |              ^{{$}}
    x = BOTH(co_await sleep_ns(1), co_await sleep_ns(2));
// CHECK: .c:[[#@LINE+5]]:9: error: two awaits
// CHECK-NEXT: {{^}}   [[#@LINE+4]] |     x = SUM();
// CHECK-NEXT: {{^}}      |         ^{{$}}
// CHECK-NEXT: {{^}}{{.*}}.c:13:42: note: expanded from macro 'SUM'
// CHECK-NOT: co_await'
    x = SUM();
    return x;
}
RUN(waits);
