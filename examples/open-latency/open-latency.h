/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * open-latency.h - the histogram that both programs of this example fill.
 */
#ifndef OPEN_LATENCY_H
#define OPEN_LATENCY_H

#define MAX_THREADS	10240
#define BUCKETS		32

/* @succeeded, @failed: calls that took from 2^bucket to 2^(bucket+1) - 1 ns */
struct latency_bucket {
	__u64 succeeded;
	__u64 failed;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, BUCKETS);
	__type(key, __u32);
	__type(value, struct latency_bucket);
} histogram SEC(".maps");

static __always_inline __u32 log2_of(__u64 n)
{
	__u32 bucket = 0;

	for (__u32 shift = 16; shift; shift /= 2) {
		if (n >> shift) {
			n >>= shift;
			bucket += shift;
		}
	}
	return bucket;
}

static __always_inline void account(__u64 ns, long ret)
{
	__u32 index = ns >> BUCKETS ? BUCKETS - 1 : log2_of(ns);
	struct latency_bucket *bucket = bpf_map_lookup_elem(&histogram, &index);

	if (bucket)
		__sync_fetch_and_add(ret < 0 ? &bucket->failed : &bucket->succeeded, 1);
}

#endif /* OPEN_LATENCY_H */
