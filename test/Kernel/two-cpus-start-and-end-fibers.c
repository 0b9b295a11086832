// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Two CPUs start, resume and end fibers under a few keys at once.  A deleted
// element's memory goes to the next key at once: no activation may see another
// key's frame, no fiber may be lost or run twice.  The second run makes the
// moment between finding an element and claiming it long.
// REQUIRES: two-cpus
// RUN: %everywhere %s %t
// RUN: %everywhere %s %t-slow -DSLOW_LOOKUP
// RUN: %everywhere %s %t-alloc -DMAP_FLAGS=BPF_F_NO_PREALLOC
#ifdef SLOW_LOOKUP
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

static long wait_a_little(__u32 i, void *ctx)
{
	return 0;
}

static __always_inline void *slow_lookup(void *map, const void *key)
{
	void *found = bpf_map_lookup_elem(map, key);

	if (!(bpf_get_prandom_u32() & 7))
		bpf_loop(300, wait_a_little, 0, 0);
	return found;
}

#define bpf_map_lookup_elem slow_lookup
#endif
#include "kernel-test.h"

#ifndef MAP_FLAGS
#define MAP_FLAGS 0
#endif

FIBER_MAP(frames, short_lived, BPF_MAP_TYPE_HASH, __u32, 8,
	  __uint(map_flags, MAP_FLAGS););

__u64 deliveries, activations, refused;
__u64 begun, ended, wrong_key, wrong_step;

// DO: parallel deliver repeat=200000 | deliver repeat=200000
// DO: check deliveries == 400000
// DO: check activations + refused == 400000
// DO: check short_lived_counters.busy + short_lived_counters.exists - refused == 0
// DO: check wrong_key == 0
// DO: check wrong_step == 0
// DO: check begun - short_lived_counters.exists - ended - #frames == 0
// DO: check ended > 10000
// DO: check short_lived_counters.aborted + short_lived_counters.full == 0
// DO: check short_lived_counters.not_waiting + short_lived_counters.absent == 0
FIBER int short_lived(struct xdp_md *ctx)
{
	__u32 key = *(const __u32 *)fiber_self();
	__u32 step = key << 8;

	__sync_fetch_and_add(&begun, 1);
	co_await next_packet(1);
	for (int i = 1; i < 3; i++) {
		if (*(const __u32 *)fiber_self() != key)
			__sync_fetch_and_add(&wrong_key, 1);
		if (++step != (key << 8) + i)
			__sync_fetch_and_add(&wrong_step, 1);
		co_await next_packet(1);
	}
	__sync_fetch_and_add(&ended, 1);
	co_return 2;
}

SEC("xdp") int deliver(struct xdp_md *ctx)
{
	__u32 key = bpf_get_prandom_u32() & 3;
	long verdict = fiber_deliver(&frames, short_lived, &key, ctx, REFUSED);

	__sync_fetch_and_add(&deliveries, 1);
	__sync_fetch_and_add(verdict == REFUSED ? &refused : &activations, 1);
	return verdict;
}
