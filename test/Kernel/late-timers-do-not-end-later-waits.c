// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A packet wins while the timer is firing on the other CPU, and the fiber starts
// the timer for a longer wait: that takes its time all the same.  The tracepoint
// is where the kernel has taken the timer out of its queue and not yet called
// the fiber.
// REQUIRES: two-cpus
// RUN: %everywhere %s %t
// RUN: %everywhere %s %t-array -DMAP_TYPE=BPF_MAP_TYPE_ARRAY
#include "kernel-test.h"

#ifndef MAP_TYPE
#define MAP_TYPE BPF_MAP_TYPE_HASH
#endif
#ifndef ARM
#define ARM(ns) __fiber_arm_timer(ns)
#endif

/* What the packets say. */
enum {
	BEGIN = 1,
	/* These come when the timer is firing: */
	WIN_AND_SUSPEND,	/* its callback comes when the fiber waits again */
	WIN_AND_STAY,		/* it comes while the fiber runs, and tries again */
	WIN_AND_SLEEP,
	HAMMER = 2000,
};

FIBER_MAP(frames, racing, MAP_TYPE, __u32, 4);

volatile bool is_slow, is_firing, go_on;
__u64 won, lost, early, slept;

AWAITABLE long packet_or_time(long verdict, __u64 ns, bool stay)
{
	ARM(ns);
	if (stay) {
		go_on = true;
		spin_ns(5 * NS_PER_MS);
	}
	return __fiber_suspend("home|timer", verdict, 0);
}

// DO: attach expire
// DO: parallel deliver cpu=0 port=1 | deliver cpu=1 port=2
// DO: sleep 20
// DO: check won == 1
// DO: check early == 0
// DO: check frames[0].state == L*_packet_or_time
// DO: parallel deliver cpu=0 port=1 | deliver cpu=1 port=3
// DO: sleep 20
// DO: check won == 3
// DO: check early == 0
// DO: check frames[0].state == L*_packet_or_time
// DO: parallel deliver cpu=0 port=1 | deliver cpu=1 port=4
// DO: wait slept != 0
// DO: check won == 5
// DO: check slept > 49999999
// DO: parallel deliver cpu=0 repeat=100000 | deliver cpu=1 repeat=100000
// DO: check won > 50
// DO: check lost > 50
// DO: check early == 0
FIBER int racing(struct xdp_md *ctx)
{
	for (;;) {
		__u64 ns = NS_PER_MS;

		if (number(ctx) == HAMMER)
			ns = 500 + (bpf_get_prandom_u32() & 0x7ff);
		else
			is_slow = true;
		if (co_await packet_or_time(1, ns, false) == FIBER_TIMEOUT) {
			__sync_fetch_and_add(&lost, 1);
			co_await next_packet(1);
			continue;
		}
		__sync_fetch_and_add(&won, 1);
		if (number(ctx) == WIN_AND_SLEEP) {
			__u64 start = bpf_ktime_get_ns();

			co_await sleep_ns(50 * NS_PER_MS);
			slept = bpf_ktime_get_ns() - start;
			co_return 0;
		}
		if (co_await packet_or_time(2, 60000 * NS_PER_MS, number(ctx) == WIN_AND_STAY) ==
		    FIBER_TIMEOUT) {
			__sync_fetch_and_add(&early, 1);
			co_await next_packet(1);
		} else {
			__sync_fetch_and_add(&won, 1);
			/* Another fiber begins while the timer is queued. */
			if (number(ctx) == HAMMER && won % 100 == 0)
				co_return 3;
		}
	}
}

static long check_flag(__u32 i, volatile bool **flag)
{
	return **flag || !bpf_ktime_get_ns();
}

/* On a busy machine the other thread may have to wait for its CPU. */
static __always_inline void wait_for(volatile bool *flag)
{
	for (int i = 0; i < 8 && !*flag; i++)
		bpf_loop(1 << 23, check_flag, &flag, 0);
	*flag = false;
}

SEC("xdp") int deliver(struct xdp_md *ctx)
{
	bool wins = number(ctx) > BEGIN && number(ctx) < HAMMER;
	__u32 key = 0;
	int verdict;

	if (wins)
		wait_for(&is_firing);
	/* So that the timer wins too where it is slow to fire. */
	else if (number(ctx) == HAMMER && bpf_get_prandom_u32() % 1024 == 0)
		spin_ns(NS_PER_MS / 2);
	verdict = fiber_deliver(&frames, racing, &key, ctx, REFUSED);
	if (wins)
		go_on = true;
	return verdict;
}

SEC("tp_btf/hrtimer_expire_entry") int expire(unsigned long long *ctx)
{
	struct hrtimer *timer = (void *)ctx[0];

	if (is_slow && timer->is_soft) {
		is_slow = go_on = false;
		is_firing = true;
		wait_for(&go_on);
	}
	return 0;
}
