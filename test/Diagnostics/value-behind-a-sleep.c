// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A timer hands nothing over.
// RUN: %diagnosed
#include "fiber.h"

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
#ifdef WRONG
	co_await sleep_ns(1000);
	if (fiber_value() > 5) // SAYS: warning: fiber_value() is always 0 here: only 'timer' can have resumed fiber 'f' [bpf-fiber-no-value] // NOTE: a value is handed over by verbs, for the activation that they begin: copy it into a local before the co_await
		co_return XDP_DROP;
#else
	__u64 value = fiber_value();

	co_await sleep_ns(1000);
	if (value > 5)
		co_return XDP_DROP;
#endif
	co_return XDP_PASS;
}

DELIVER_PACKETS(f);
