// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A wait that no program ends is for ever.
// RUN: %diagnosed
#include "fiber.h"

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
#ifdef WRONG
	co_await next_event(tc, XDP_DROP); // SAYS: warning: nothing resumes fiber 'f' from this co_await: no verb runs it in context 'tc' [bpf-fiber-never-resumed]
#else
	co_await next_event(xdp, XDP_DROP);
#endif
	co_return XDP_PASS;
}

DELIVER_PACKETS(f);
