// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A fiber of packets that would wait with a timeout again when it is cancelled
// can be cancelled by programs that do not have the coarse clock.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(patient);

__u64 waits;

// DO: run deliver == 2
// DO: run deliver == 2
// DO: check waits == 2
// DO: run destroy == 0
// DO: check waits == 3
// DO: check #frames == 0
FIBER_CANCELLABLE int patient(struct xdp_md *ctx)
{
	for (;;) {
		waits++;
		co_await next_packet_or_timeout(2, 60000 * NS_PER_MS);
	}
}

DELIVER_PACKETS(patient)

SEC("syscall") int destroy(void *ctx)
{
	__u32 key = 0;

	return fiber_destroy(&frames, patient, &key);
}
