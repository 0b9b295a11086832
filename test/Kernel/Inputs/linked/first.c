// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* One of two sources that are linked: a fiber of its own, shared events. */
#include "kernel-test.h"

FIBER_MAP(first_frames, first, BPF_MAP_TYPE_HASH, __u32, 64);
FIBER_EVENTS(4096);

struct answer {
	__u32 token;
	__s64 value;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} sums SEC(".maps");

long add(__u64 n)
{
	__u32 key = 0;
	__u64 *sum = bpf_map_lookup_elem(&sums, &key);

	if (sum)
		__sync_fetch_and_add(sum, n);
	return 0;
}

FIBER int first(struct xdp_md *ctx)
{
	add(co_await yield_to_user(XDP_DROP));
	co_return XDP_PASS;
}

int deliver_first(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&first_frames, first, &key, ctx, REFUSED);
}

SEC("xdp") int run_first(struct xdp_md *ctx)
{
	return deliver_first(ctx);
}

SEC("syscall") int answer_first(struct answer *ctx)
{
	__u32 key = 0;

	return fiber_reply(&first_frames, first, &key, ctx, REFUSED, ctx->token, ctx->value);
}
