// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What is no C yet is not judged as a fiber. That covers co_await where C wants
// a constant.
// RUN: %verify %s
#include "fiber.h"

AWAITABLE long pause(void)
{
	return sleep_ns(1000);
}

long at_start = co_await pause(); // expected-error {{initializer element is not a compile-time constant}}

enum {
	NUMBER = co_await pause(), // expected-error {{expression is not an integer constant expression}}
};

FIBER int waits(struct xdp_md *ctx)
{
	static long once = co_await pause(); // expected-error {{initializer element is not a compile-time constant}}

	pause();
	undeclared(ctx); // expected-error {{call to undeclared function 'undeclared'}}
	switch (once) {
	case co_await pause(): // expected-error {{expression is not an integer constant expression}}
		break;
	}
	return missing; // expected-error {{use of undeclared identifier 'missing'}}
}
