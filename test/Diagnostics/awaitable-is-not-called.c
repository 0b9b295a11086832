// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A macro without parentheses is a name that nobody has declared.
// RUN: %diagnosed
#include "fiber.h"

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
#ifdef WRONG
	co_await sleep_ns; // SAYS: error: 'sleep_ns' is used without operands, and takes (ns, verdict...) [bpf-fiber-operand]
#else
	co_await sleep_ns(1000);
#endif
	co_return XDP_PASS;
}

DELIVER_PACKETS(f);
