/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * await.bpf.h - the awaitables that come with the runtime. Included by
 * fiber.bpf.h.
 *
 * An awaitable is an always-inline function that arms its wake-up and ends in
 * __fiber_suspend().  These are ordinary ones; write your own the same way.
 *
 * Where a verdict may be left out it is FIBER_CONSUME.
 */
#ifndef BPF_FIBER_AWAIT_BPF_H
#define BPF_FIBER_AWAIT_BPF_H

#define __FIBER_VERDICT0()		FIBER_CONSUME
#define __FIBER_VERDICT1(verdict)	verdict
/* More than one: the function that is called takes as many too many. */
#define __FIBER_VERDICTS(verdicts...)	verdicts
#define __FIBER_VERDICTN(zero, a, b, c, n, rest...) __FIBER_VERDICT##n
#define __FIBER_VERDICT(verdict...)					\
	__FIBER_VERDICTN(0, ##verdict, S, S, 1, 0)(verdict)

/**
 * next_packet() - wait for the next packet at the hook that started the fiber
 * @verdict: of the present one
 *
 * The fiber's context parameter is the new packet's afterwards.
 *
 * Return: FIBER_PACKET.
 */
AWAITABLE long next_packet(long verdict)
{
	return __fiber_suspend("home", verdict, 0);
}

/**
 * next_event() - wait for an activation in another context
 * @kind: xdp, tc, syscall or a name from FIBER_CONTEXT()
 * @verdict: of the present activation
 *
 * Return: the new context, of the kind's type; usable until the next await.
 */
#define next_event(kind, verdict)					\
	((__fiber_context_##kind *)__fiber_next_event(#kind, verdict))

AWAITABLE void *__fiber_next_event(const char *kind, long verdict)
{
	__fiber_suspend(kind, verdict, 0);
	return __fiber_ctx();
}

/**
 * next_event_or_timeout() - wait for an activation in another context, but not
 *	for longer than a time
 * @kind, @verdict: see next_event()
 * @ns: see next_packet_or_timeout()
 *
 * Return: the new context; NULL when the time was over.
 */
#define next_event_or_timeout(kind, verdict, ns)			\
	((__fiber_context_##kind *)					\
	 __fiber_next_event_or_timeout(#kind "|timer", verdict, ns))

/**
 * __fiber_arm_timer() - start the timer for an awaitable's wait
 * @ns: nanoseconds from now
 *
 * To be followed by a suspend that waits for "timer", among others or not.  It
 * is not resumed by the timer before the time is over, whatever became of the
 * waits before it.  The fiber is aborted if the timer cannot be started: user
 * space has closed the map then.
 */
static __always_inline __attribute__((unused)) void __fiber_arm_timer(__u64 ns)
{
	__fiber_wait_ns(ns);
	if (bpf_timer_start(__fiber_timer(), ns, 0))
		__fiber_abort();
}

/**
 * sleep_ns() - wait for a time
 * @ns: nanoseconds from now
 * @verdict: of the present activation, optional
 *
 * Goes on in a timer, softirq context: there is no ctx.  A timer can only fail
 * to start when user space has closed the map; the fiber is aborted then.
 *
 * Return: FIBER_TIMEOUT.
 */
#define sleep_ns(ns, verdict...)					\
	__fiber_sleep_ns(ns, __FIBER_VERDICT(verdict))

AWAITABLE long __fiber_sleep_ns(__u64 ns, long verdict)
{
	__fiber_arm_timer(ns);
	return __fiber_suspend("timer", verdict, 0);
}

/**
 * __fiber_arm_deadline() - say when the wait of an awaitable ends
 * @ns: nanoseconds from now
 *
 * For suspends that wait for "timer" and something else, as
 * next_packet_or_timeout() does.  The deadline stays until it is over or said
 * again: a suspend without goes on waiting for the same one.
 *
 * A wait that is renewed again and again, one per packet, would start its
 * timer each time.  Instead the deadline is kept in the frame, and the timer
 * is only started when none is queued or the queued one would be late; when
 * it fires early it follows the deadline (__fiber_rt_timer_fired()).
 */
static __always_inline __attribute__((unused)) void
__fiber_arm_deadline(__u64 ns)
{
	struct bpf_timer *timer = __fiber_timer();
	__u32 *deadline = __fiber_deadline();
	__u32 queued = *deadline, end;

	/* Apart, so that what mostly is a constant is a small one. */
	end = (__u32)(__fiber_coarse_ns() >> __FIBER_DEADLINE_SHIFT) +
	      (__u32)(ns >> __FIBER_DEADLINE_SHIFT);
	end |= __FIBER_DEADLINE_SET;
	*deadline = end;
	__fiber_queue_timer(timer, queued, end, ns);
}

/**
 * next_packet_or_timeout() - wait for a packet, but not for longer than a time
 * @verdict: of the present packet
 * @ns: nanoseconds, kept to within 3 ms (and the kernel's tick)
 *
 * Return: FIBER_PACKET, with the new packet in ctx; FIBER_TIMEOUT, where there
 * is no ctx.
 */
AWAITABLE long next_packet_or_timeout(long verdict, __u64 ns)
{
	__fiber_arm_deadline(ns);
	return __fiber_suspend("home|timer", verdict, 0);
}

AWAITABLE void *__fiber_next_event_or_timeout(const char *kinds, long verdict,
					      __u64 ns)
{
	__fiber_arm_deadline(ns);
	__fiber_suspend(kinds, verdict, 0);
	return __fiber_ctx();
}

/**
 * defer() - go on in a work item, in a kernel thread
 * @verdict: of the present activation, optional
 *
 * A work item can only fail to be queued when user space has closed the map;
 * the fiber is aborted then.
 *
 * Requires: Linux 6.10 (bpf_wq).
 * Return: FIBER_WORK.
 */
#define defer(verdict...) __fiber_defer(__FIBER_VERDICT(verdict))

AWAITABLE long __fiber_defer(long verdict)
{
	if (bpf_wq_start(__fiber_wq(), 0))
		__fiber_abort();
	return __fiber_suspend("wq", verdict, 0);
}

/**
 * FIBER_EVENTS() - the ring buffer through which yield_to_user() speaks
 * @size: bytes, a power of two and a multiple of the page size
 *
 * Once in a source, at file scope; user space finds it as fiber_events.  Weak,
 * so that objects that are linked together share it.
 */
#define FIBER_EVENTS(size)						\
	_Static_assert((size) >= 4096 && !((size) & ((size) - 1)),	\
		       "the size of a ring buffer is a power of two and a " \
		       "multiple of the page size [bpf-fiber-operand]");	\
	struct {							\
		__uint(type, BPF_MAP_TYPE_RINGBUF);			\
		__uint(max_entries, size);				\
	} fiber_events __weak SEC(".maps")

/**
 * yield_to_user() - tell user space, and wait for its answer
 * @verdict: of the present activation, optional
 *
 * Puts a struct fiber_event into fiber_events, visible to user space once the
 * fiber can be resumed.  A SYSCALL program answers with fiber_reply().
 *
 * Return: the value of the reply; -ENOSPC if the ring buffer is full, then
 * without having suspended.
 */
#define yield_to_user(verdict...)					\
	__fiber_yield_to_user(&fiber_events, __FIBER_VERDICT(verdict))

/*
 * Ask user space, and wait for the answer or for another of @kinds.  Whatever
 * comes, the question is over then: an answer to it is stale.
 */
AWAITABLE long __fiber_ask(void *events, const char *kinds, long verdict)
{
	__u64 key_size = __fiber_key_size();
	struct fiber_event *event;
	long woken;

	event = bpf_ringbuf_reserve(events, sizeof(*event) + key_size, 0);
	if (!event)
		return -__FIBER_ENOSPC;
	event->token = bpf_get_prandom_u32() | __FIBER_TOKEN_SET;
	*__fiber_token() = event->token;
	event->key_size = key_size;
	__builtin_memcpy(event->key, __fiber_key(), key_size);
	woken = __fiber_suspend(kinds, verdict, event);
	*__fiber_token() = 0;
	return woken;
}

AWAITABLE long __fiber_yield_to_user(void *events, long verdict)
{
	long woken = co_await __fiber_ask(events, "syscall", verdict);

	return woken < 0 ? woken : (long)__fiber_value();
}

/**
 * yield_to_user_or_timeout() - yield_to_user(), but not for longer than a time
 * @verdict: of the present activation
 * @ns: see next_packet_or_timeout()
 *
 * Return: FIBER_USER, and the reply is fiber_value(); FIBER_TIMEOUT; -ENOSPC.
 */
#define yield_to_user_or_timeout(verdict, ns)				\
	__fiber_yield_to_user_or_timeout(&fiber_events, verdict, ns)

AWAITABLE long __fiber_yield_to_user_or_timeout(void *events, long verdict,
						__u64 ns)
{
	__fiber_arm_deadline(ns);
	return __fiber_ask(events, "syscall|timer", verdict);
}

/**
 * next_packet_or_reply() - yield_to_user(), but only until the next packet
 * @verdict: of the present activation
 *
 * For fibers whose home is not syscall.
 *
 * Return: FIBER_PACKET, with the new packet in ctx; FIBER_USER, and the reply
 * is fiber_value(); -ENOSPC.
 */
#define next_packet_or_reply(verdict)					\
	__fiber_next_packet_or_reply(&fiber_events, verdict)

AWAITABLE long __fiber_next_packet_or_reply(void *events, long verdict)
{
	return __fiber_ask(events, "home|syscall", verdict);
}

/**
 * fiber_self() - the key under which the fiber runs
 *
 * Return: a pointer to the key, to be cast to the map's key type; readable
 * until the next await.
 */
static __always_inline __attribute__((unused)) const void *fiber_self(void)
{
	return __fiber_key();
}

/**
 * fiber_value() - what the verb that runs this activation handed over
 *
 * Return: the value of fiber_deliver_with(), fiber_resume_with() or
 * fiber_reply(); 0 in activations by other verbs, timers and work items.
 */
static __always_inline __attribute__((unused)) __u64 fiber_value(void)
{
	return __fiber_value();
}

/**
 * fiber_wakeup() - what began the present activation
 *
 * Return: FIBER_PACKET, FIBER_TIMEOUT, FIBER_WORK, FIBER_USER or FIBER_EVENT, a
 * constant in each resume function.
 */
static __always_inline __attribute__((unused)) long fiber_wakeup(void)
{
	return __fiber_wakeup();
}

/**
 * fiber_guard() - await something unless a guard objects
 * @call: of a fiber or an awaitable
 * @guard: an expression that does not await
 *
 * ``r = co_await fiber_guard(session(ctx), is_reset(ctx))``: the guard is
 * evaluated at the beginning of every activation that resumes @call, whatever
 * it waits in, before it goes on.  If it is not 0, @call is abandoned where it
 * is.  Of guards within guards the outermost comes first.
 *
 * Return: what @call returns; or the value of the guard that ended it.
 */
#define fiber_guard(call, guard)					\
({									\
	__typeof__(call) __fiber_result;				\
	int __fiber_guard						\
	__attribute__((cleanup(__fiber_guard_end)));			\
									\
	if (__fiber_guard_begin(&__fiber_guard)) {			\
		__fiber_guard_enter(&__fiber_guard);			\
		__fiber_result = __fiber_guard_check(&__fiber_guard, (guard)); \
	} else {							\
		__fiber_result = (call);				\
	}								\
	__fiber_result;							\
})

#endif /* BPF_FIBER_AWAIT_BPF_H */
