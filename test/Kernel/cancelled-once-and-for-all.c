// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A cancelled fiber runs to its next await and no further: what it armed does
// not come, what it asked is not heard, an endless loop ends.  FIBER_REPLACE
// cancels too, FIBER_REFUSE does not.
// RUN: %everywhere %s %t
// RUN: %everywhere %s %t-array -DMAP_TYPE=BPF_MAP_TYPE_ARRAY
#include "kernel-test.h"

#ifndef MAP_TYPE
#define MAP_TYPE BPF_MAP_TYPE_HASH
#endif

FIBER_MAP(frames, stubborn, MAP_TYPE, __u32, 4);
FIBER_EVENTS(4096);

int rounds, cancelled, sum, timeouts;

// DO: run deliver port=1 == 1
// DO: run deliver port=2 == 1
// DO: run destroy == 0
// DO: check rounds == 2
// DO: check cancelled == 1
// DO: check sum == 3
// DO: run destroy == -2
// DO: sleep 50
// DO: check timeouts == 0
// DO: check rounds == 2
// The second fiber is refused, the third one takes its place.
// DO: run deliver port=4 == 1
// DO: run spawn port=5 == 999
// DO: check stubborn_counters.exists == 1
// DO: check cancelled == 1
// DO: run replace port=6 == 1
// DO: check cancelled == 2
// DO: check sum == 4
// DO: run replace port=7 == 1
// DO: check cancelled == 3
// DO: check sum == 6
// DO: run destroy == 0
// DO: check sum == 7
// DO: check cancelled == 4
// DO: sleep 50
// DO: check timeouts == 0
// Not waiting for this any more, the first record is that of a live fiber.
// DO: run replace port=8 == 1
// DO: run deliver port=0 == XDP_DROP
// DO: event first
// DO: run reply ctx=0,$first,0 == 0
// DO: wait timeouts == 1
// DO: check stubborn_counters.aborted + stubborn_counters.busy + stubborn_counters.stale == 0
FIBER_CANCELLABLE int stubborn(struct xdp_md *ctx)
{
	int numbers = number(ctx);

	for (;;) {
		long woken = co_await next_packet(1);

		rounds++;
		if (woken == FIBER_CANCELED) {
			cancelled++;
			sum = numbers;
			if (numbers & 1) {
				co_await sleep_ns(NS_PER_MS);
				timeouts++;
			} else {
				co_await yield_to_user();
			}
			continue;
		}
		if (!number(ctx))
			break;
		numbers += number(ctx);
	}
	if (co_await yield_to_user())
		co_return -1;
	if (co_await sleep_ns(NS_PER_MS) == FIBER_TIMEOUT)
		timeouts++;
	co_return 0;
}

DELIVER_PACKETS(stubborn)

SEC("xdp") int spawn(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_spawn(&frames, stubborn, &key, ctx, FIBER_REFUSE, REFUSED);
}

SEC("xdp") int replace(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_spawn(&frames, stubborn, &key, ctx, FIBER_REPLACE, REFUSED);
}

SEC("xdp") int destroy(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_destroy(&frames, stubborn, &key);
}

struct answer {
	__u32 key;
	__u32 token;
	__s64 value;
};

SEC("syscall") int reply(struct answer *answer)
{
	__u32 key = answer->key;

	return fiber_reply(&frames, stubborn, &key, answer, REFUSED, answer->token,
			   answer->value);
}
