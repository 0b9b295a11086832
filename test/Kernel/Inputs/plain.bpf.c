// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* A program without fibers for the test of the runner. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

enum level { LOW, MIDDLE, HIGH };

struct entry {
	enum level level;
	__u32 n;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, struct entry);
} table SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} fiber_events SEC(".maps");

struct asking_frame {
	__u32 state;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__type(key, __be32);
	__type(value, struct asking_frame);
} frames SEC(".maps");

const volatile __u32 limit = 3;
__u32 runs;

SEC("xdp") int count(struct xdp_md *ctx)
{
	/* A struct fiber_event, from 10.0.0.1. */
	struct {
		__u32 token, key_size;
		__u8 key[4];
	} event = { 7, sizeof(event.key), { 10, 0, 0, 1 } };
	struct entry entry = { MIDDLE, limit };
	__u32 key = 1;

	runs++;
	bpf_ringbuf_output(&fiber_events, &event, sizeof(event), 0);
	bpf_map_update_elem(&table, &key, &entry, BPF_ANY);
#ifdef BROKEN
	for (int i = 0; i < 40; i++)
		entry.n += bpf_get_prandom_u32();
	return *(int *)(long)entry.n;
#endif
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
