// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What a variable is given is followed, and switches compare too.
// RUN: %diagnosed
#include "fiber.h"

FRAMES(f);

__u32 old;

static __always_inline __attribute__((unused)) int ctx_is_old(void)
{
	return old;
}

FIBER int f(struct xdp_md *ctx)
{
#ifdef WRONG
	long woken = co_await sleep_ns(1000);

	switch (woken) {
	case FIBER_WORK: // SAYS: warning: this co_await never gives FIBER_WORK [bpf-fiber-result] // NOTE: it gives FIBER_TIMEOUT
		co_return XDP_DROP;
	}
#else
	long woken = co_await sleep_ns(1000);

	if (ctx_is_old())
		woken = co_await defer();
	switch (woken) {
	case FIBER_WORK:
		co_return XDP_DROP;
	}
#endif
	co_return XDP_PASS;
}

DELIVER_PACKETS(f);
