/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * task-watch.h - what the fiber and its hand-written twin have in common.
 */
#ifndef TASK_WATCH_H
#define TASK_WATCH_H

#define MAX_PROCESSES	16384
#define MAX_FAMILIES	1024
#define COMM_SIZE	16
#define PF_EXITING	0x4
#define NS_PER_MS	1000000

/* The children of one process that have ended. */
struct family {
	__u64 children;
	__u64 orphans;		/* who ended after it */
	__u64 lifetime_ms;	/* of all children */
	char comm[COMM_SIZE];	/* of the parent */
};

/* By the parent's thread group. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, MAX_FAMILIES);
	__type(key, __u32);
	__type(value, struct family);
} families SEC(".maps");

static __always_inline __u32 now_ms(void)
{
	return bpf_ktime_get_ns() / NS_PER_MS;
}

static __always_inline void account(struct task_struct *parent, __u32 lifetime_ms)
{
	__u32 key = parent->tgid;
	struct family *family = bpf_map_lookup_elem(&families, &key);

	if (!family) {
		struct family first = {};

		bpf_probe_read_kernel(first.comm, sizeof(first.comm), parent->comm);
		bpf_map_update_elem(&families, &key, &first, BPF_NOEXIST);
		family = bpf_map_lookup_elem(&families, &key);
		if (!family)
			return;
	}
	__sync_fetch_and_add(&family->children, 1);
	__sync_fetch_and_add(&family->lifetime_ms, lifetime_ms);
	if (parent->flags & PF_EXITING)
		__sync_fetch_and_add(&family->orphans, 1);
}

#endif /* TASK_WATCH_H */
