// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A helper that fills a member does not keep the other members of its struct in
// the frame: what is assigned only behind the await, or read of the key. What it
// leaves as it was, it leaves.
// RUN: %everywhere %s %t
#include "kernel-test.h"

struct record {
	__u64 key;
	__u64 lived;
	__u32 number;
	char name[16];
	__u8 head[8];
	__u64 more[4];
};

FIBER_MAP(frames, recording, BPF_MAP_TYPE_HASH, __u64, 4);

struct record last;
char name[16] = "fill";

// DO: run deliver port=7 == 1
// DO: check frames.value_size == 32
// DO: run deliver port=9 == 16
// DO: check last.key == 5
// DO: check last.lived == 9
// DO: check last.number == 7
// DO: check last.name[0] == 102
// DO: check last.head[0] == 8
// DO: check last.head[1] == 0
// DO: check last.head[2] == 42
// DO: check last.more[3] == 4
// DO: check #frames == 0
// DO: run deliver port=3 == 1
// DO: run deliver port=4 == 7
// DO: check last.head[0] == 42
// DO: check last.head[7] == 42
FIBER int recording(struct xdp_md *ctx)
{
	struct record r = { .key = *(const __u64 *)fiber_self() };

	r.number = number(ctx);
	bpf_probe_read_kernel(r.name, sizeof(r.name), name);
	__builtin_memset(r.head, 42, sizeof(r.head));
	/* fails, and leaves it */
	if (r.number == 3)
		bpf_xdp_load_bytes(ctx, 60000, r.head, sizeof(r.head));
	else
		bpf_xdp_load_bytes(ctx, 12, r.head, 2);
	co_await next_packet(1);
	r.lived = number(ctx);
	r.more[3] = 4;
	last = r;
	co_return r.number + r.lived;
}

SEC("xdp") int deliver(struct xdp_md *ctx)
{
	__u64 key = 5;

	return fiber_deliver(&frames, recording, &key, ctx, REFUSED);
}
