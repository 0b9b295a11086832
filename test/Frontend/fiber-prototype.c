// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A fiber takes a context and up to three integers, and returns a verdict.
// RUN: %verify %s
#include "fiber.h"

struct pair {
	int a, b;
};

// Nobody starts them.
#define SPARE __attribute__((unused)) FIBER

enum color {
	RED,
};

SPARE void nothing(struct xdp_md *ctx) // expected-error {{fiber 'nothing' must return an integer, the verdict for its hook, not 'void' [bpf-fiber-prototype]}}
{
	co_await next_packet(XDP_PASS);
}

SPARE void *pointer(struct xdp_md *ctx) // expected-error {{fiber 'pointer' must return an integer, the verdict for its hook, not 'void *'}}
{
	return 0;
}

SPARE __int128 wide(struct xdp_md *ctx) // expected-error {{fiber 'wide' must return an integer, the verdict for its hook, not '__int128'}}
{
	return 0;
}

SPARE int no_context(void) // expected-error {{fiber 'no_context' has no context parameter [bpf-fiber-prototype]}} expected-note {{the first parameter is the context of the hook that starts the fiber, for instance 'struct xdp_md *ctx'}}
{
	return 0;
}

SPARE int number_first(int n) // expected-error {{first parameter of fiber 'number_first' must be a pointer, its context, not 'int'}} expected-note {{the first parameter is the context}}
{
	return n;
}

SPARE int five(struct xdp_md *ctx, int a, int b, int c, int d) // expected-error {{fiber 'five' has 4 arguments after its context, at most 3 can be handed over}}
{
	return a + b + c + d;
}

SPARE int pointer_argument(struct xdp_md *ctx, int a, struct pair *p) // expected-error {{argument 2 of fiber 'pointer_argument' must be an integer of at most 64 bits, not 'struct pair *'}} expected-note {{arguments of the start are kept in the frame; hand over what the fiber needs as integers, or let it look it up again}}
{
	return a + p->a;
}

SPARE int struct_argument(struct xdp_md *ctx, struct pair p) // expected-error {{argument 1 of fiber 'struct_argument' must be an integer of at most 64 bits, not 'struct pair'}} expected-note {{kept in the frame}}
{
	return p.a;
}

SPARE int wide_argument(struct xdp_md *ctx, __int128 n) // expected-error {{argument 1 of fiber 'wide_argument' must be an integer of at most 64 bits, not '__int128'}} expected-note {{kept in the frame}}
{
	return n;
}

SPARE int variadic(struct xdp_md *ctx, ...) // expected-error {{fiber 'variadic' cannot take variable arguments [bpf-fiber-prototype]}}
{
	return 0;
}

SEC("xdp") SPARE int program(struct xdp_md *ctx) // expected-error {{fiber 'program' cannot itself be the program of section 'xdp' [bpf-fiber-section]}} expected-note {{write a program for the hook that starts the fiber with fiber_spawn() or fiber_deliver()}}
{
	return 0;
}

SPARE long most(const void *ctx, _Bool a, enum color b, unsigned long long c)
{
	return a + b + c;
}

SPARE _Bool least(struct xdp_md *ctx)
{
	return 1;
}

SPARE enum color attribute_comes_late(struct xdp_md *ctx);
SPARE enum color attribute_comes_late(struct xdp_md *ctx)
{
	return RED;
}
