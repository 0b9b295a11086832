// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The verifier walks a loop that yields once, in each program that it is in,
// with all ways through it: a scan of a map with numbers that change on one way
// only, one that begins as another, an index that is a key. Where a user thread
// starts the fiber the loop is there once; a packet's start has it too, and the
// work item that goes on.
// RUN: %everywhere %s %t -fbpf-fiber-quantum=2000
#include "kernel-test.h"

#define ENTRIES 4000

struct entry {
	__u64 last;
	__u32 state, bytes;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, ENTRIES);
	__type(key, __u32);
	__type(value, struct entry);
} entries SEC(".maps");

struct call {
	__u64 now;
};

struct found {
	__u64 oldest;
	__u32 gone, live, closed, bytes;
};

struct found found, found_for_user;
__u64 finished, finished_for_user;

static int fill_entry(__u64 i, void *unused)
{
	__u32 key = i;
	struct entry *e = bpf_map_lookup_elem(&entries, &key);

	if (e) {
		e->last = 100 + i * 7 % 1000;
		e->bytes = i % 13;
		e->state = i % 3;
	}
	return 0;
}

SEC("xdp") int fill(struct xdp_md *ctx)
{
	bpf_loop(ENTRIES, fill_entry, 0, 0);
	return 0;
}

static __always_inline void scan(__u64 now, struct found *to)
{
	__u64 oldest = now;
	__u32 gone = 0, live = 0, closed = 0, bytes = 0;

	for (__u32 i = 0; i < ENTRIES; i++) {
		__u32 key = i;
		struct entry *e = bpf_map_lookup_elem(&entries, &key);

		if (!e || !e->state)
			continue;
		if (e->state == 2) {
			closed++;
			continue;
		}
		if (now - e->last > 500) {
			gone++;
			if (e->last < oldest)
				oldest = e->last;
			continue;
		}
		live++;
		bytes += e->bytes;
	}
	*to = (struct found){ oldest, gone, live, closed, bytes };
}

FIBER_MAP(frames, scans, BPF_MAP_TYPE_HASH, __u32, 4);

// DO: run fill
// DO: run deliver port=1
// DO: wait finished == 1
// DO: check found.oldest == 100
// DO: check found.gone == 667
// DO: check found.live == 666
// DO: check found.closed == 1333
// DO: check found.bytes == 4089
// DO: check deliver.verified_insns < 400
FIBER int scans(struct xdp_md *ctx)
{
	scan(1100, &found);
	finished++;
	co_return 0;
}

DELIVER_PACKETS(scans)

FIBER_MAP(user_frames, scans_for_user, BPF_MAP_TYPE_HASH, __u32, 4);

// DO: run call ctx=1100 repeat=1000
// DO: check finished_for_user == 1
// DO: check found_for_user.oldest == 100
// DO: check found_for_user.gone == 667
// DO: check found_for_user.live == 666
// DO: check found_for_user.closed == 1333
// DO: check found_for_user.bytes == 4089
// DO: check call.verified_insns < 240
FIBER int scans_for_user(struct call *ctx)
{
	scan(ctx->now, &found_for_user);
	finished_for_user++;
	co_return 0;
}

SEC("syscall") int call(struct call *ctx)
{
	__u32 key = 0;

	if (finished_for_user)
		return 0;
	return fiber_deliver(&user_frames, scans_for_user, &key, ctx, REFUSED);
}
