// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A lock ends in the activation in which it began.
// RUN: %diagnosed
#include "fiber.h"

struct bpf_spin_lock {
	__u32 val;
} lock SEC(".data.lock");

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
#ifdef WRONG
	bpf_spin_lock(&lock);
	co_await next_packet(XDP_DROP); // SAYS: error: co_await while a bpf_spin_lock is held [bpf-fiber-await-in-atomic-section]
	bpf_spin_unlock(&lock);
#else
	bpf_spin_lock(&lock);
	bpf_spin_unlock(&lock);
	co_await next_packet(XDP_DROP);
#endif
	co_return XDP_PASS;
}

DELIVER_PACKETS(f);
