// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// One CPU starts and replaces fibers while another destroys and resumes them:
// every call is accounted for, and each fiber that began has one end.
// REQUIRES: two-cpus
// RUN: %everywhere %s %t
// RUN: %everywhere %s %t-array -DMAP_TYPE=BPF_MAP_TYPE_ARRAY
#include "kernel-test.h"

#ifndef MAP_TYPE
#define MAP_TYPE BPF_MAP_TYPE_HASH
#endif

FIBER_MAP(frames, contested, MAP_TYPE, __u32, 8);

__u64 spawned, spawn_refused, resumed, resume_refused, destroyed, destroy_refused;
__u64 wrong;

// DO: parallel race repeat=200000 | race repeat=1000000
// DO: check spawned + spawn_refused == 200000
// DO: check resumed + resume_refused + destroyed + destroy_refused == 1000000
// DO: check wrong == 0
// DO: check spawned > 1000
// DO: check destroyed + resumed > 1000
// DO: check contested_counters.aborted + contested_counters.full == 0
FIBER int contested(struct xdp_md *ctx, __u32 number)
{
	__u32 copy = number;

	co_await next_packet(1);
	if (copy != number)
		__sync_fetch_and_add(&wrong, 1);
	co_return 2;
}

static __always_inline int spawn(struct xdp_md *ctx)
{
	__u32 random = bpf_get_prandom_u32(), key = random & 1;
	long verdict;

	if (random & 2)
		verdict = fiber_spawn(&frames, contested, &key, ctx, FIBER_REPLACE, REFUSED,
				      random);
	else
		verdict = fiber_spawn(&frames, contested, &key, ctx, FIBER_REFUSE, REFUSED,
				      random);
	if (verdict != 1 && verdict != REFUSED)
		__sync_fetch_and_add(&wrong, 1);
	__sync_fetch_and_add(verdict == REFUSED ? &spawn_refused : &spawned, 1);
	return verdict;
}

static __always_inline int end(struct xdp_md *ctx)
{
	__u32 random = bpf_get_prandom_u32(), key = random & 1;
	long verdict;

	if (random & 2) {
		verdict = fiber_resume(&frames, contested, &key, ctx, REFUSED);
		if (verdict != 2 && verdict != REFUSED)
			__sync_fetch_and_add(&wrong, 1);
		__sync_fetch_and_add(verdict == REFUSED ? &resume_refused : &resumed, 1);
	} else {
		verdict = fiber_destroy(&frames, contested, &key);
		__sync_fetch_and_add(verdict ? &destroy_refused : &destroyed, 1);
	}
	return verdict;
}

/*
 * One program for both: the start of another one takes the kernel longer
 * (bpf_prog_change_xdp()) than the whole race.  One of five calls spawns; who is
 * ahead lets the other catch up, so that they meet on any machine.
 */
SEC("xdp") int race(struct xdp_md *ctx)
{
	long ahead = 5 * (spawned + spawn_refused) -
		     (resumed + resume_refused + destroyed + destroy_refused);

	if (bpf_get_smp_processor_id() ? ahead < -1000 : ahead > 1000)
		spin_ns(5000);
	return bpf_get_smp_processor_id() ? end(ctx) : spawn(ctx);
}
