// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * long-sum - too long for the hook in which it starts.
 *
 * Any packet starts the sum.  Compiled with -fbpf-fiber-quantum=N the loop
 * yields whenever N instructions are used up and goes on in a work item, so
 * that no packet waits behind it; nothing in the source says so.
 */
#include "vmlinux.h"
#include <bpf_fiber/fiber.bpf.h>

#include "long-sum.h"

FIBER_MAP(sums, long_sum, BPF_MAP_TYPE_ARRAY, __u32, 1);

FIBER int long_sum(struct xdp_md *ctx)
{
	__u32 n = how_many;
	__u64 sum = 0;

	for (__u32 i = 0; i < n; i++) {
		__u32 key = i;
		__u64 *number = bpf_map_lookup_elem(&numbers, &key);

		if (number)
			sum += *number;
	}
	result = sum;
	__sync_fetch_and_add(&finished, 1);
	co_return XDP_DROP;
}

/* One sum at a time: a packet that comes during one is passed on. */
SEC("xdp") int start(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_spawn(&sums, long_sum, &key, ctx, FIBER_REFUSE, XDP_PASS);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
