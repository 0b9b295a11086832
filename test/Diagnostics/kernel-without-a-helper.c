// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A helper is newer than the oldest kernel.
// RUN: %diagnosed
// OPTIONS: -fbpf-fiber-kernel=6.0
#include "fiber.h"

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
	__u64 n;

#ifdef WRONG
	n = bpf_ktime_get_tai_ns(); // SAYS: error: bpf_ktime_get_tai_ns() needs Linux 6.1, and the object is to load on 6.0 [bpf-fiber-kernel]
#else
	n = bpf_ktime_get_ns();
#endif
	co_return n & 1;
}

DELIVER_PACKETS(f);
