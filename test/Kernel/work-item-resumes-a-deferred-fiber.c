// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// defer() goes on in a work item, where there is a task and no packet, and can
// do so many times in a row.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(worker);

int hops;
__u32 first_pid;

// DO: run deliver == XDP_DROP
// DO: wait hops == 100
// DO: wait #frames == 0
// DO: check first_pid != 0
// DO: check worker_counters.aborted + worker_counters.busy == 0
FIBER int worker(struct xdp_md *ctx)
{
	for (int i = 0; i < 100; i++) {
		if (co_await defer() != FIBER_WORK)
			co_return -1;
		if (!i)
			first_pid = bpf_get_current_pid_tgid();
		hops++;
	}
	co_return 0;
}

DELIVER_PACKETS(worker)
