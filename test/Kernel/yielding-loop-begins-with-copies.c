// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Numbers that are one number when a loop that yields begins, and each change on
// a way of their own. The verifier, which knows of each whether it is still that
// one, does not walk the loop for every set of those that have changed.
// RUN: %everywhere %s %t -fbpf-fiber-quantum=2000
#include "kernel-test.h"

#define ENTRIES 4000

struct entry {
	__u64 number, since;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, ENTRIES);
	__type(key, __u32);
	__type(value, struct entry);
} entries SEC(".maps");

__u64 begin, smallest, largest, last_odd, sevens, finished;

FIBER_MAP(frames, scans, BPF_MAP_TYPE_HASH, __u32, 4);

// DO: set begin = 500
// DO: put entries[3] = 501,1
// DO: put entries[5] = 1,2
// DO: put entries[1000] = 7000,3
// DO: put entries[2000] = 601,10
// DO: put entries[3000] = 0,501
// DO: put entries[3999] = 612,0
// DO: run deliver port=1
// DO: wait finished == 1
// DO: check smallest == 0
// DO: check largest == 7000
// DO: check last_odd == 10
// DO: check sevens == 0
// DO: check deliver.verified_insns < 2000
FIBER int scans(struct xdp_md *ctx)
{
	__u64 now = begin, low = now, high = now, odd = now;

	for (__u32 i = 0; i < ENTRIES; i++) {
		__u32 key = i;
		struct entry *e = bpf_map_lookup_elem(&entries, &key);

		if (!e || e->since > now)
			continue;
		if (e->number < low)
			low = e->number;
		else if (e->number > high)
			high = e->number;
		else if (e->number & 1)
			odd = e->since;
		else if (now == 7)
			sevens++;
	}
	smallest = low;
	largest = high;
	last_odd = odd;
	finished++;
	co_return 0;
}

DELIVER_PACKETS(scans)
