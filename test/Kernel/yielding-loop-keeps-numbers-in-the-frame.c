// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// More goes round a loop that yields than there are registers: what finds none
// is read and written in the frame. Each way through a round changes others of
// the numbers, and what is found is right wherever the loop yields; the
// verifier walks a round about once for each way, not once for each order in
// which they can be gone.
// RUN: %everywhere %s %t -fbpf-fiber-quantum=100
// RUN: %everywhere %s %t-7 -fbpf-fiber-quantum=7
#include "kernel-test.h"

#define ENTRIES 20000

struct entry {
	__u64 last, bytes;
	__u32 state, pad;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, ENTRIES);
	__type(key, __u32);
	__type(value, struct entry);
} entries SEC(".maps");

struct found {
	__u64 gone, live, most, at, sum, nested;
};

__u32 limit = ENTRIES;
__u64 finished, finished_for_user;
struct found found, found_for_user;

static int fill_entry(__u64 i, void *unused)
{
	__u32 key = i;
	struct entry *e = bpf_map_lookup_elem(&entries, &key);

	if (e) {
		e->last = i * 7 % 1000;
		e->bytes = i * 7919 % 100003;
		e->state = i % 3;
	}
	return 0;
}

SEC("xdp") int fill(struct xdp_md *ctx)
{
	bpf_loop(ENTRIES, fill_entry, 0, 0);
	return 0;
}

static __always_inline void scan(__u64 now, __u64 age, bool nests,
				 struct found *to)
{
	__u64 gone = 0, live = 0, most = 0, sum = 0, nested = 0;
	__u32 at = 0;

	for (__u32 i = 0; i < limit; i++) {
		__u32 key = i;
		struct entry *e = bpf_map_lookup_elem(&entries, &key);

		if (!e || !e->state)
			continue;
		if (now - e->last > age) {
			gone++;
			sum += i;
			continue;
		}
		live++;
		if (e->bytes > most) {
			most = e->bytes;
			at = i;
			for (__u32 j = 0; nests && j < (i & 15); j++) {
				bpf_get_prandom_u32();
				nested += j ^ age;
			}
		}
		sum ^= most + now;
	}
	*to = (struct found){ gone, live, most, at, sum, nested };
}

FIBER_MAP(frames, scans, BPF_MAP_TYPE_HASH, __u32, 4);

// DO: run fill
// DO: run deliver port=999
// DO: wait finished == 1
// DO: check found.gone == 6654
// DO: check found.live == 6679
// DO: check found.most == 99984
// DO: check found.at == 985
// DO: check found.sum == 65701002
// DO: check found.nested == 20519
FIBER int scans(struct xdp_md *ctx)
{
	scan(number(ctx), 500, true, &found);
	finished++;
	co_return 0;
}

DELIVER_PACKETS(scans)

FIBER_MAP(user_frames, scans_for_user, BPF_MAP_TYPE_HASH, __u32, 4);

struct call {
	__u32 now;
};

// DO: run call ctx=999 == -11
// DO: run call ctx=0 repeat=80000
// DO: check finished_for_user == 1
// DO: check found_for_user.gone == 6654
// DO: check found_for_user.live == 6679
// DO: check found_for_user.most == 99984
// DO: check found_for_user.at == 985
// DO: check found_for_user.sum == 65701002
// DO: check found_for_user.nested == 0
// DO: check call.verified_insns < 700
FIBER int scans_for_user(struct call *ctx)
{
	scan(ctx->now, 500, false, &found_for_user);
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
