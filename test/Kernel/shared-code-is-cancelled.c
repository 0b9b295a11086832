// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A fiber that is awaited at several places is cancelled like others: what it
// returns goes to where it was awaited, and each cleans up what is its own. What it
// is told by a constant makes another fiber of it: one that waits for a timer uses
// no packet then.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(upload);

__u64 begun, cleaned, deep;

FIBER long wait(struct xdp_md *ctx, bool timed, __u32 packets)
{
	long r = 0;

	while (packets--) {
		if (timed)
			r = co_await next_packet_or_timeout(1, 10000 * NS_PER_MS);
		else
			r = co_await next_packet(2);
		if (r < 0) {
			deep++;
			break;
		}
		if (!timed || r == FIBER_PACKET)
			r = number(ctx);
		else
			break;
	}
	co_return r;
}

// DO: run deliver port=1 == 2
// DO: check frames[0].wait_returns_to == L*_wait
// DO: run destroy == 0
// DO: check deep == 1
// DO: check cleaned == 1
// DO: run deliver port=1 == 2
// DO: run deliver port=2 == 2
// DO: run destroy == 0
// DO: check deep == 2
// DO: check cleaned == 101
// DO: run deliver port=1 == 2
// DO: run deliver port=2 == 2
// DO: run deliver port=3 == 2
// DO: run deliver port=4 == 1
// DO: check frames[0].state == L*_wait__L*_next_packet_or_timeout
// DO: run destroy == 0
// DO: check deep == 3
// DO: check cleaned == 10101
// DO: run deliver port=1 == 2
// DO: run deliver port=2 == 2
// DO: run deliver port=3 == 2
// DO: run deliver port=4 == 1
// DO: run deliver port=5 == 14
// DO: check #frames == 0
// DO: check cleaned == 10101
FIBER_CANCELLABLE int upload(struct xdp_md *ctx)
{
	long r, sum;

	begun++;
	sum = co_await wait(ctx, false, 1);
	if (sum < 0) {
		cleaned++;
		co_return 0;
	}
	r = co_await wait(ctx, false, 2);
	if (r < 0)
		goto out;
	sum += r;
	r = co_await wait(ctx, true, 1);
	if (r < 0) {
		cleaned += 10000;
		co_return 0;
	}
	sum += r;
	co_return sum + 3;
out:
	cleaned += 100;
	co_return 0;
}

DELIVER_PACKETS(upload)

SEC("syscall") int destroy(void *ctx)
{
	__u32 key = 0;

	return fiber_destroy(&frames, upload, &key);
}
