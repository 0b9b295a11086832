// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// yield_to_user() gives -ENOSPC without suspending when user space does not
// read, and leaves no frame behind, also where the frame has been made to arm a
// timer in it.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FIBER_MAP(frames, asking, BPF_MAP_TYPE_HASH, __u32, 1024);
FIBER_EVENTS(4096);

__u32 keys;

// DO: run deliver repeat=500 == 28
// DO: check keys == 500
// DO: check #frames < 400
// DO: check #frames > 50
FIBER int asking(struct xdp_md *ctx)
{
	long err = co_await yield_to_user();

	co_return -err;
}

SEC("xdp") int deliver(struct xdp_md *ctx)
{
	__u32 key = keys++;

	return fiber_deliver(&frames, asking, &key, ctx, REFUSED);
}

FIBER_MAP(hurried_frames, hurried, BPF_MAP_TYPE_HASH, __u32, 16);

// DO: run deliver_hurried repeat=20 == 28
// DO: check hurried_counters.full == 0
// DO: check #hurried_frames == 0
FIBER int hurried(struct xdp_md *ctx)
{
	long err = co_await yield_to_user_or_timeout(1, 1000 * NS_PER_MS);

	co_return -err;
}

SEC("xdp") int deliver_hurried(struct xdp_md *ctx)
{
	__u32 key = keys++;

	return fiber_deliver(&hurried_frames, hurried, &key, ctx, REFUSED);
}

struct answer {
	__u32 key;
	__u32 token;
};

SEC("syscall") int reply(struct answer *ctx)
{
	__u32 key = ctx->key;

	return fiber_reply(&frames, asking, &key, ctx, REFUSED, ctx->token, 0);
}

SEC("syscall") int reply_hurried(struct answer *ctx)
{
	__u32 key = ctx->key;

	return fiber_reply(&hurried_frames, hurried, &key, ctx, REFUSED, ctx->token, 0);
}
