// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Where an operand is only looked at for its type, nothing awaits.
// RUN: %verify %s
#include "fiber.h"

#define min(a, b)			\
({					\
	typeof(a) _a = (a);		\
	typeof(b) _b = (b);		\
					\
	_a < _b ? _a : _b;		\
})

AWAITABLE long pause(void)
{
	return sleep_ns(1000);
}

const int global_size = sizeof(co_await sleep_ns(1)); // expected-error {{co_await in an operand that is not evaluated: nothing is awaited [bpf-fiber-await-unevaluated]}} expected-note {{await first, keep the result in a variable and use that here}}

FIBER int waits(struct xdp_md *ctx)
{
	int n = sizeof(co_await pause());          // expected-error {{not evaluated}} expected-note {{await first}}
	typeof(co_await pause()) same;             // expected-error {{not evaluated}} expected-note {{await first}}
	n += (typeof(co_await pause()))n;          // expected-error {{not evaluated}} expected-note {{await first}}
	n += _Alignof(typeof(co_await pause()));   // expected-error {{not evaluated}} expected-note {{await first}}
	n += _Generic(co_await pause(), long: 1);  // expected-error {{not evaluated}} expected-note {{await first}}
	n += __builtin_constant_p(co_await pause()); // expected-error {{not evaluated}} expected-note {{await first}}
	typedef typeof(co_await pause()) pause_t;  // expected-error {{not evaluated}} expected-note {{await first}}

	// The type of what is awaited as well, and of a call that is not.
	same = min(co_await pause(), 3) + global_size;
	pause_t other = sizeof(pause()) + sizeof(typeof(pause()));
	return n + same + other;
}
RUN(waits);
