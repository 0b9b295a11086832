// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A cancellable fiber that destroys itself is told that it is running; another
// fiber's cleanup may cancel in turn; in a local map the one that is replaced
// cleans up first.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FIBER_MAP(parents, parent, BPF_MAP_TYPE_HASH, __u32, 4);
FIBER_MAP(children, child, BPF_MAP_TYPE_HASH, __u32, 4);
FIBER_LOCAL_MAP(locals, local, BPF_MAP_TYPE_HASH, __u32, 4);

int own, of_child, cleaned, children_cleaned, locals_cleaned;

// DO: run begin port=1 == 1
// DO: run begin port=1 == 3
// DO: check own == -16
// DO: check parent_counters.busy == 1
// DO: check #children == 1
// DO: run end == 0
// DO: check cleaned == 1
// DO: check children_cleaned == 1
// DO: check of_child == 0
// DO: check #children + #parents == 0
// DO: run begin_local port=1 == 1
// DO: run begin_local port=2 == 1
// DO: check locals_cleaned == 1
// DO: run end_local == 0
// DO: check locals_cleaned == 3
// DO: check #locals == 0
FIBER_CANCELLABLE int child(struct xdp_md *ctx)
{
	if (co_await next_packet(1) == FIBER_CANCELED)
		children_cleaned++;
	co_return 2;
}

FIBER_CANCELLABLE int parent(struct xdp_md *ctx)
{
	__u32 key = *(const __u32 *)fiber_self();

	if (co_await next_packet(1) < 0)
		goto out;
	own = fiber_destroy(&parents, parent, &key);
	fiber_spawn(&children, child, &key, ctx, FIBER_REFUSE, REFUSED);
	if (!co_await next_event(tc, 3))
		goto out;
	co_return 2;
out:
	cleaned++;
	of_child = fiber_destroy(&children, child, &key);
	co_return 2;
}

FIBER_CANCELLABLE int local(struct xdp_md *ctx)
{
	int n = number(ctx);

	if (co_await next_packet(1) == FIBER_CANCELED)
		locals_cleaned += n;
	co_return 2;
}

SEC("xdp") int begin(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&parents, parent, &key, ctx, REFUSED);
}

SEC("xdp") int end(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_destroy(&parents, parent, &key);
}

SEC("xdp") int begin_local(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_spawn(&locals, local, &key, ctx, FIBER_REPLACE, REFUSED);
}

SEC("xdp") int end_local(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_destroy(&locals, local, &key);
}
