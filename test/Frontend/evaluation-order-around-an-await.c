// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Where it matters whether an operand is evaluated before or after an await,
// the source has to say it.
// RUN: %verify %s
#include "fiber.h"

extern __u32 counter;
extern long elsewhere(void);
struct state {
	int n;
	int table[4];
	int *pointer;
};
extern struct state global;

AWAITABLE long fill(int *into)
{
	*into = 1;
	return sleep_ns(1);
}

static __u32 reads(void)
{
	return counter;
}

static void *array_of(struct state *s)
{
	s->n++;
	return s->table;
}

FIBER int waits(struct xdp_md *ctx)
{
	struct state local = {}, *p = &global;
	int i = 0, x;

	// Two awaits.
	x = co_await next_packet(0) + // expected-note {{the other await is here}}
	    co_await next_packet(1);  // expected-error {{two awaits in one expression, in an order that C leaves open [bpf-fiber-evaluation-order]}} expected-note {{write it as two statements, in the order you mean}}
	x = co_try(co_await next_packet(0)) == // expected-note {{the other await}}
	    co_try(co_await sleep_ns(1));      // expected-error {{two awaits}} expected-note {{write it as}}
	co_await next_packet_or_timeout(
		co_await next_packet(0), // expected-note {{the other await}}
		co_await next_packet(1)); // expected-error {{two awaits}} expected-note {{write it as}}
	int pair[] = { co_await next_packet(0), // expected-note {{the other await}}
		       co_await next_packet(1) }; // expected-error {{two awaits}} expected-note {{write it as}}

	// A side effect.
	x = i++ +                    // expected-note {{this operand has a side effect}}
	    co_await next_packet(0); // expected-error {{C leaves open whether another operand is evaluated before or after this await [bpf-fiber-evaluation-order]}} expected-note {{write it as}}
	local.table[i++] =           // expected-note {{this operand has a side effect}}
		co_await next_packet(0); // expected-error {{C leaves open}} expected-note {{write it as}}
	x = elsewhere() *            // expected-note {{side effect}}
	    co_await next_packet(0); // expected-error {{C leaves open}} expected-note {{write it as}}
	x = (counter = 1) |          // expected-note {{side effect}}
	    co_await next_packet(0); // expected-error {{C leaves open}} expected-note {{write it as}}
	x = ((int *)array_of(&local))[ // expected-note {{side effect}}
		co_await next_packet(0)]; // expected-error {{C leaves open}} expected-note {{write it as}}
	x = __sync_fetch_and_add(&counter, 1) - // expected-note {{side effect}}
	    co_await next_packet(0); // expected-error {{C leaves open}} expected-note {{write it as}}
	x = (int)bpf_get_prandom_u32() - // expected-note {{side effect}}
	    co_await next_packet(0); // expected-error {{C leaves open}} expected-note {{write it as}}

	// A value that may be another one afterwards.
	x = counter +                // expected-note {{this operand reads what may change while the fiber is suspended}}
	    co_await next_packet(0); // expected-error {{C leaves open}} expected-note {{write it as}}
	counter +=                   // expected-note {{reads what may change}}
		co_await next_packet(0); // expected-error {{C leaves open}} expected-note {{write it as}}
	p->n +=                      // expected-note {{reads what may change}}
		co_await next_packet(0); // expected-error {{C leaves open}} expected-note {{write it as}}
	if (ctx->data_end <          // expected-note {{reads what may change}}
	    co_await next_packet(0)) // expected-error {{C leaves open}} expected-note {{write it as}}
		x = 1;
	x = reads() &                // expected-note {{reads what may change}}
	    co_await next_packet(0); // expected-error {{C leaves open}} expected-note {{write it as}}
	*global.pointer =            // expected-note {{reads what may change}}
		co_await next_packet(0); // expected-error {{C leaves open}} expected-note {{write it as}}
	x = i +                      // expected-note {{reads what may change}}
	    co_await fill(&i);       // expected-error {{C leaves open}} expected-note {{write it as}}
	bpf_printk("%d %d",
		   p->n,                     // expected-note {{reads what may change}}
		   co_await next_packet(0)); // expected-error {{C leaves open}} expected-note {{write it as}}
	x = __fiber_value() +        // expected-note {{reads what may change}}
	    co_await next_packet(0); // expected-error {{C leaves open}} expected-note {{write it as}}
	// Deep in an operand is no better, and one message is enough.
	x = (i ? global.n : 2) +
	    (3 - co_await next_packet(0)) * // expected-error {{C leaves open}} expected-note {{write it as}}
	    counter++;                      // expected-note {{side effect}}
	return x + pair[0];
}
RUN(waits);
