// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A timer or work item that comes before its fiber has suspended is not lost
// and runs the fiber once: here the fiber takes its time after arming it.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FIBER_MAP(frames, slow, BPF_MAP_TYPE_HASH, __u32, 4);

struct start {
	__u32 key;
};

int timer_rounds, work_rounds, early;
volatile bool armed_and_running;

AWAITABLE long slow_sleep(void)
{
	long err = bpf_timer_start(__fiber_timer(), 0, 0);

	if (err)
		return err;
	armed_and_running = true;
	spin_ns(2 * NS_PER_MS);
	armed_and_running = false;
	return __fiber_suspend("timer", FIBER_CONSUME, 0);
}

AWAITABLE long slow_defer(void)
{
	long err = bpf_wq_start(__fiber_wq(), 0);

	if (err)
		return err;
	armed_and_running = true;
	spin_ns(2 * NS_PER_MS);
	armed_and_running = false;
	return __fiber_suspend("wq", FIBER_CONSUME, 0);
}

// In a SYSCALL program interrupts come through: the timer fires on this CPU, the
// work item is taken up on another one.
// DO: run start ctx=1 == 0
// DO: wait timer_rounds + work_rounds == 20
// DO: wait #frames == 0
// DO: sleep 20
// DO: check timer_rounds == 10
// DO: check work_rounds == 10
// DO: check early == 0
// DO: check slow_counters.aborted + slow_counters.not_waiting == 0
FIBER int slow(struct start *ctx)
{
	for (int i = 0; i < 10; i++) {
		if (co_await slow_sleep() != FIBER_TIMEOUT)
			co_return -1;
		if (armed_and_running)
			early++;
		timer_rounds++;
		if (co_await slow_defer() != FIBER_WORK)
			co_return -2;
		if (armed_and_running)
			early++;
		work_rounds++;
	}
	co_return 0;
}

SEC("syscall") int start(struct start *ctx)
{
	__u32 key = ctx->key;

	return fiber_spawn(&frames, slow, &key, ctx, FIBER_REFUSE, REFUSED);
}
