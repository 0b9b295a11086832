// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// An await may be an operand where no other operand can tell when it was
// evaluated, and where C orders them.
// RUN: %silent %s
#include "fiber.h"

extern __u32 counter;
extern int CONFIG_HZ __kconfig;
const volatile __u32 limit = 5;
static const int table[4] = { 1, 2, 3, 4 };
struct state {
	int n;
	int table[4];
	int *pointer;
};
extern struct state global;
extern long log_it(long a, long b);

static int squared(int n)
{
	int result = n;

	result *= n;
	return result;
}

static struct state made(int n)
{
	return (struct state){ .n = n };
}

#define min(a, b)			\
({					\
	typeof(a) _a = (a);		\
	typeof(b) _b = (b);		\
					\
	_a < _b ? _a : _b;		\
})

AWAITABLE long fill(int *into)
{
	*into = 1;
	return sleep_ns(1);
}

FIBER int waits(struct xdp_md *ctx, __u32 start)
{
	struct state local = {}, *p = &global;
	int i = 0, x;

	x = co_await next_packet(0) + 1;
	x = i * start + co_await next_packet(0) - x;
	x += co_await next_packet(0);
	local.table[i] += co_await next_packet(0);
	local.table[i] = co_await next_packet(0);
	*(local.table + i) = co_await next_packet(0);
	p->table[i] = co_await next_packet(0);
	*p->table = co_await next_packet(0);
	global.n = co_await next_packet(0);
	counter = co_await next_packet(0);
	x = local.n + table[i] + co_await next_packet(0);
	x = table[co_await next_packet(0) & 3];
	x = (long)&counter + (long)&p->n + co_await next_packet(0);
	if (co_await next_packet(0) == FIBER_PACKET)
		x = 1;
	if (co_await next_packet(0) > limit + CONFIG_HZ)
		x = 2;
	if (__builtin_expect(!!(co_await next_packet(0)), 1))
		x = 3;
	x = squared(i) + __builtin_bswap32(i) + co_await next_packet(0);
	x = min(co_await next_packet(0), 3) + min(i, 7);
	x = co_try(co_await next_packet(0)) + i;
	log_it(co_await next_packet(0), 3);
	log_it(i, co_await next_packet(0));
	bpf_printk("%d %d", co_await next_packet(0), x);
	bpf_map_lookup_elem((void *)p, (void *)(co_await next_packet(0)));
	x = i + co_await fill(&local.n);
	x = sizeof(counter) + co_await next_packet(0);

	x = "abc"[i] + __func__[0] + (struct state){ .n = 1 }.n + co_await next_packet(0);
	x = ({ struct state copy = local; copy; }).n + co_await next_packet(0);
	x = ({ int copy = 0; copy += i; copy; }) + co_await next_packet(0);
	x = made(i).n + co_await next_packet(0);

	// Ordered by C.
	x = co_await next_packet(0) && counter++ && co_await next_packet(1);
	x = counter || co_await next_packet(0);
	x = co_await next_packet(counter) ? counter++ : co_await next_packet(1);
	x = (counter++, co_await next_packet(0));
	x = co_await next_packet(co_await next_packet(counter++));
	x = ({ counter++; co_await next_packet(0); });
	int a = co_await next_packet(counter), b = co_await next_packet(counter);
	for (i = co_await next_packet(0); co_await next_packet(counter) < 3; i += co_await next_packet(1))
		counter++;
	switch (co_await next_packet(0)) {
	case FIBER_PACKET:
		counter++;
		break;
	}
	while (co_await next_packet(0) || counter)
		x += a + b;
	do
		x++;
	while (co_await sleep_ns(counter) == FIBER_TIMEOUT);
	return squared(co_await next_packet(0)) + x;
}
RUN(waits, 3);
