// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A fiber that is only awaited is handed what any function is and returns what
// any function does; it needs no map, no context and nobody who starts it. One
// that a verb runs too keeps to the rules of those.
// RUN: %verify %s
#include "fiber.h"

struct pair {
	long a, b;
};

FIBER int declared_only(struct xdp_md *ctx); // expected-error {{fiber 'declared_only' is used but has no body in this file [bpf-fiber-undefined]}} expected-warning {{has internal linkage but is not defined}}
FIBER struct pair *defined_later(struct pair *pair, const char *name, long a, long b, long c);

FIBER void nothing(void)
{
	co_await sleep_ns(1);
}

FIBER struct pair both(struct pair pair, _Bool swap)
{
	if (swap)
		co_return (struct pair){ pair.b, pair.a };
	co_return pair;
}

FIBER int many(int n, ...) // expected-error {{fiber 'many' cannot take variable arguments [bpf-fiber-prototype]}}
{
	co_return n;
}

FIBER int started(long *p, long a, char *name);
FIBER_MAP(started_map, started, BPF_MAP_TYPE_HASH, __u32, 16);

FIBER int started(long *p, long a, char *name) // expected-error {{argument 2 of fiber 'started' must be an integer of at most 64 bits, not 'char *' [bpf-fiber-prototype]}} expected-note {{kept in the frame}}
{
	co_return a;
}

FIBER int nobody(void) // expected-error {{fiber 'nobody' has no context parameter}} expected-note {{the first parameter is the context}} expected-warning {{never started}} expected-note {{start it with}}
{
	co_return 0;
}

AWAITABLE struct pair twice(struct pair pair)
{
	co_await nothing();
	return both(pair, 1);
}

FIBER int waits(struct xdp_md *ctx)
{
	struct pair pair = {};

	co_await nothing();
	pair = co_await both(pair, 0);
	pair = co_await twice(pair);
	pair.a = (co_await defined_later(&pair, "name", 1, 2, 3))->b;
	pair.b = co_await many(1);
	pair.b = co_await started(&pair.b, 2, NULL);
	co_return co_await declared_only(ctx); // expected-note 2 {{used here}}
}
RUN(waits);

FIBER struct pair *defined_later(struct pair *pair, const char *name, long a, long b, long c)
{
	pair->a += a + b + c;
	co_await nothing();
	co_return pair;
}

SEC("syscall") int program(long *ctx)
{
	__u32 key = 0;

	return fiber_spawn(&started_map, started, &key, ctx, FIBER_REFUSE, -1, 2, "x");
}
