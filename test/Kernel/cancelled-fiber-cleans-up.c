// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// fiber_destroy() resumes a cancellable fiber once, wherever it waits: the await
// gives -ECANCELED, or NULL, and the fiber is gone afterwards.
// RUN: %everywhere %s %t
// RUN: %everywhere %s %t-array -DMAP_TYPE=BPF_MAP_TYPE_ARRAY
#include "kernel-test.h"

#ifndef MAP_TYPE
#define MAP_TYPE BPF_MAP_TYPE_HASH
#endif

struct start {
	__u32 key;
	__u32 place;
};

struct poke {
	__u32 key;
	__u32 n;
};

FIBER_CONTEXT(start, struct start);
FIBER_CONTEXT(poke, struct poke);

FIBER_MAP(frames, waiting, MAP_TYPE, __u32, 16);
FIBER_EVENTS(4096);

int cleaned, place, went_on;
long result;
__u64 key_seen;

AWAITABLE long never(void)
{
	__fiber_wq();
	return __fiber_suspend("wq", 0, 0);
}

AWAITABLE long tried(void)
{
	co_try(co_await next_packet(0));
	return 0;
}

// DO: run start ctx=0,0 == 0
// DO: run destroy ctx=0 == 0
// DO: check cleaned == 1
// DO: check result == -125
// DO: check key_seen == 0
// DO: run destroy ctx=0 == -2
// DO: run start ctx=1,1 == 0
// DO: run destroy ctx=1 == 0
// DO: check cleaned == 2
// DO: check result == -125
// DO: check key_seen == 1
// DO: run start ctx=2,2 == 0
// DO: run destroy ctx=2 == 0
// DO: check cleaned == 3
// DO: check result == -125
// DO: run start ctx=3,3 == 0
// DO: run destroy ctx=3 == 0
// DO: check cleaned == 4
// DO: check result == 333
// DO: run start ctx=4,4 == 0
// DO: run destroy ctx=4 == 0
// DO: check cleaned == 5
// DO: check result == 444
// DO: run start ctx=5,5 == 0
// DO: run destroy ctx=5 == 0
// DO: check cleaned == 6
// DO: check result == -125
// DO: run start ctx=6,6 == 0
// DO: event six from 6
// DO: run destroy ctx=6 == 0
// DO: check cleaned == 7
// DO: check result == -125
// DO: run start ctx=7,7 == 0
// DO: event seven from 7
// DO: run destroy ctx=7 == 0
// DO: check cleaned == 8
// DO: check result == -125
// DO: run start ctx=8,8 == 0
// DO: run destroy ctx=8 == 0
// DO: check cleaned == 9
// DO: check result == -125
// DO: run start ctx=9,9 == 0
// DO: run destroy ctx=9 == 0
// DO: check cleaned == 10
// DO: check result == -125
// DO: check place == 9
// Once more under the same keys, and to its own end: nothing is left over.
// DO: run start ctx=5,5 == 0
// DO: run resume ctx=5,0 == 999
// DO: run destroy ctx=5 == 0
// DO: check cleaned == 11
// DO: run start ctx=0,0 == 0
// DO: run resume ctx=0,0 == 8
// DO: check cleaned == 11
// DO: run destroy ctx=0 == -2
// DO: check went_on == 0
// DO: check waiting_counters.aborted + waiting_counters.busy == 0
FIBER_CANCELLABLE int waiting(struct start *ctx)
{
	int where = ctx->place;
	long woken = 0;

	switch (where) {
	case 0:
		woken = co_await next_packet(0);
		break;
	case 1:
		woken = co_await next_packet_or_timeout(0, 60000 * NS_PER_MS);
		break;
	case 2:
		woken = co_await sleep_ns(60000 * NS_PER_MS);
		break;
	case 3: {
		struct poke *poke = co_await next_event(poke, 0);

		woken = poke ? poke->n : 333;
		break;
	}
	case 4: {
		struct poke *poke = co_await next_event_or_timeout(poke, 0, 60000 * NS_PER_MS);

		woken = poke ? poke->n : 444;
		break;
	}
	case 5:
		woken = co_await never();
		break;
	case 6:
		woken = co_await yield_to_user();
		break;
	case 7:
		woken = co_await yield_to_user_or_timeout(0, 60000 * NS_PER_MS);
		break;
	case 8:
		woken = co_await tried();
		break;
	default:
		/* There is no end to it, but its first await ends the fiber. */
		for (;;) {
			if (woken)
				break;
			woken = co_await next_packet(0);
		}
		break;
	}
	if (woken >= 0 && woken < 300)
		co_return 8;
	result = woken;
	place = where;
	cleaned++;
	key_seen = *(const __u32 *)fiber_self();
	co_await sleep_ns(NS_PER_MS);
	went_on++;
	co_return 9;
}

SEC("syscall") int start(struct start *ctx)
{
	__u32 key = ctx->key;

	return fiber_spawn(&frames, waiting, &key, ctx, FIBER_REFUSE, REFUSED);
}

SEC("syscall") int resume(struct start *ctx)
{
	__u32 key = ctx->key;

	return fiber_resume(&frames, waiting, &key, ctx, REFUSED);
}

SEC("syscall") int destroy(struct start *ctx)
{
	__u32 key = ctx->key;

	return fiber_destroy(&frames, waiting, &key);
}
