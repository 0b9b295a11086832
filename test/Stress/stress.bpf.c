// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Fibers that wait for everything, and programs that do everything to them, all
 * at random, on all CPUs at once: see README.md.
 *
 * MAP_TYPE	of the frames
 * ENTRIES	in the map; fewer than there are keys: an LRU map evicts then
 * CANCELLABLE	1: fibers are told that they are destroyed, and replaced too
 */
#include "vmlinux.h"
#include <bpf_fiber/fiber.bpf.h>
#include "stress.h"

/* Beyond every hook's verdicts. */
#define STARTED		100
#define RAN		101
#define ENDED		102
#define REFUSED		999

#define ENOENT		2
#define EAGAIN		11
#define ENOSPC		28

extern struct task_struct *bpf_task_acquire(struct task_struct *p) __ksym;
extern void bpf_task_release(struct task_struct *p) __ksym;

#if CANCELLABLE
#define STRESS_FIBER FIBER_CANCELLABLE
#else
#define STRESS_FIBER FIBER
#endif

FIBER_MAP(frames, stressed, MAP_TYPE, __u32, ENTRIES);
FIBER_EVENTS(65536);

/* A map of its own, which user space maps as a whole. */
struct stress_shared shared SEC(".data.shared") = {
	.is_cancellable = CANCELLABLE,
};

static __always_inline struct stress_counts *here(void)
{
	return &shared.counts[bpf_get_smp_processor_id() & (STRESS_CPUS - 1)];
}

static __always_inline void add(unsigned long long *counter, __u64 n)
{
	__atomic_fetch_add(counter, n, __ATOMIC_RELAXED);
}

static __always_inline void count(unsigned long long *counter)
{
	add(counter, 1);
}

static __always_inline void is_wrong(enum stress_wrong what)
{
	count(&here()->wrong[what]);
}

static __always_inline struct stress_slot *slot_of(const void *key)
{
	return &shared.slots[*(const __u32 *)key & (STRESS_KEYS - 1)];
}

static __always_inline void enter(struct stress_slot *slot)
{
	if (__sync_fetch_and_add(&slot->inside, 1))
		is_wrong(WRONG_OVERLAP);
}

static __always_inline void leave(struct stress_slot *slot)
{
	__sync_fetch_and_add(&slot->inside, -1);
}

static __always_inline enum stress_wait choose(__u32 random, _Bool has_timer,
					       _Bool has_work)
{
	if (shared.draining)
		return WAIT_PACKET;
	switch (random & 1023) {
	case 0:
	case 1:
		return WAIT_REPLY;
	case 2:
	case 3:
		return WAIT_PACKET_OR_REPLY;
	case 4 ... 9:
		return has_timer ? WAIT_TIMEOUT : WAIT_PACKET;
	case 10 ... 12:
		return has_timer ? WAIT_SLEEP : WAIT_PACKET;
	case 13:
		return has_work ? WAIT_WORK : WAIT_PACKET;
	case 14 ... 17:
		return has_work ? WAIT_PACKET_OR_WORK : WAIT_PACKET;
	default:
		return WAIT_PACKET;
	}
}

AWAITABLE long packet_or_user(long verdict)
{
	return __fiber_suspend("home|syscall", verdict, 0);
}

/* Packets come first, most of the time, and the work item is late. */
AWAITABLE long packet_or_work(long verdict)
{
	if (bpf_wq_start(__fiber_wq(), 0))
		__fiber_abort();
	return __fiber_suspend("home|wq", verdict, 0);
}

static long spin_once(__u32 i, void *end)
{
	return bpf_ktime_get_ns() >= *(__u64 *)end;
}

/* So that timers, work items and verbs find the fiber running. */
static __always_inline void spin_ns(__u64 ns)
{
	__u64 end = bpf_ktime_get_ns() + ns;

	bpf_loop(1 << 10, spin_once, &end, 0);
}

STRESS_FIBER int stressed(struct xdp_md *ctx)
{
	struct task_struct *task = bpf_task_acquire(bpf_get_current_task_btf());
	__u64 id = __sync_fetch_and_add(&shared.last_id, 1) + 1, until;
	enum stress_wait wait = WAIT_FIRST;
	struct stress_slot *slot;
	__u32 sequence = 0, random, rounds, i;
	_Bool has_timer, has_work;
	long woken;

	if (!task)
		co_return ENDED;
	woken = co_await packet_or_user(STARTED);
	/* Before it there is no claim: two may start one fiber, and one goes on. */
	slot = slot_of(fiber_self());
	slot->id = id;
	slot->sequence = 0;
	/*
	 * Some kernels do not always have memory for timers and work items in
	 * atomic context.  A fiber aborts when it needs one that it has not, and
	 * an activation that aborts is in no account.
	 */
	has_timer = !bpf_timer_start(__fiber_timer(), 0, 0);
	has_work = !bpf_wq_start(__fiber_wq(), 0);
	if (!has_timer || !has_work)
		count(&here()->incomplete);
	for (;;) {
		slot = slot_of(fiber_self());
		enter(slot);
		if (slot->id != id || slot->sequence != sequence)
			is_wrong(WRONG_ORDER);
		slot->sequence = ++sequence;
		if (woken == FIBER_CANCELED)
			count(&here()->woken[wait][BY_CANCEL]);
		else if (woken >= BY_PACKET && woken <= BY_USER)
			count(&here()->woken[wait][woken]);
		else
			is_wrong(WRONG_RESULT);
		add(&here()->consumed, fiber_value());
		random = bpf_get_prandom_u32();
		if (random >> 22 < 16)
			spin_ns(random & 0x7fff);
		if (woken == FIBER_CANCELED || (random >> 22 == 0 && !shared.draining))
			break;

		if (random >> 22 == 1 && woken != FIBER_USER && has_work &&
		    !shared.draining) {
			rounds = random & 4095;
			slot->waiting = LOOPING;
			slot->rounds = 0;
			count(&here()->loops);
			leave(slot);
			for (i = 0; i < rounds; i++)
				slot_of(fiber_self())->rounds++;
			slot = slot_of(fiber_self());
			enter(slot);
			if (slot->rounds != rounds || slot->id != id ||
			    slot->sequence != sequence)
				is_wrong(WRONG_LOOP);
			count(&here()->loops_done);
			if (fiber_wakeup() != woken)
				count(&here()->preempted);
			/* A user may go on with a loop, too. */
			if (fiber_wakeup() == FIBER_USER) {
				count(&here()->finished_by_user);
				add(&here()->consumed, fiber_value());
			}
		}

		wait = choose(random >> 12, has_timer, has_work);
		slot->waiting = wait;
		count(&here()->waits[wait]);
		leave(slot);
		switch (wait) {
		case WAIT_REPLY:
			woken = co_await yield_to_user(RAN);
			if (woken >= 0)
				woken = FIBER_USER;
			break;
		case WAIT_PACKET_OR_REPLY:
			woken = co_await next_packet_or_reply(RAN);
			break;
		case WAIT_TIMEOUT:
			woken = co_await next_packet_or_timeout(RAN, (random & 7) << 20);
			break;
		case WAIT_SLEEP:
			until = bpf_ktime_get_ns() + (random & 0x3ffff);
			woken = co_await sleep_ns(random & 0x3ffff, RAN);
			if (woken == FIBER_TIMEOUT && bpf_ktime_get_ns() < until)
				is_wrong(WRONG_EARLY);
			break;
		case WAIT_WORK:
			woken = co_await defer(RAN);
			break;
		case WAIT_PACKET_OR_WORK:
			woken = co_await packet_or_work(RAN);
			break;
		default:
			woken = co_await packet_or_user(RAN);
			break;
		}
		if (woken == -ENOSPC) {
			count(&here()->no_room);
			woken = co_await packet_or_user(RAN);
		}
	}
	count(&here()->ended);
	leave(slot);
	bpf_task_release(task);
	co_return ENDED;
}

/* What became of a verb that hands @value over, or 0. */
static __always_inline void account(long verdict, __u32 value)
{
	struct stress_counts *c = here();

	if (verdict == REFUSED) {
		count(&c->refused);
	} else if (verdict == -EAGAIN) {
		count(&c->again);
	} else if (verdict == STARTED) {
		count(&c->started);
	} else {
		count(&c->ran);
		add(&c->delivered, value);
	}
}

static __always_inline void destroy_one(__u32 key)
{
	struct stress_counts *c = here();
	long err = fiber_destroy(&frames, stressed, &key);

	if (!err)
		count(&c->destroyed);
	else if (err == -ENOENT)
		count(&c->destroy_absent);
	else
		count(&c->destroy_busy);
}

/* Most verbs: packets, and now and then others in the same place. */
SEC("xdp") int packets(struct xdp_md *ctx)
{
	__u32 random = bpf_get_prandom_u32(), value = random >> 4;
	__u32 key = random & (random & STRESS_KEYS ? STRESS_KEYS - 1 : STRESS_HOT_KEYS - 1);

	switch (random >> 20) {
	case 0:
	case 1:
		destroy_one(key);
		break;
	case 2:
		account(fiber_spawn(&frames, stressed, &key, ctx, FIBER_REFUSE, REFUSED), 0);
		break;
#if CANCELLABLE /* or else nobody knows how many are replaced */
	case 3:
		account(fiber_spawn(&frames, stressed, &key, ctx, FIBER_REPLACE, REFUSED), 0);
		break;
#endif
	case 4 ... 31:
		account(fiber_resume_with(&frames, stressed, &key, ctx, REFUSED, value), value);
		break;
	default:
		account(fiber_deliver_with(&frames, stressed, &key, ctx, REFUSED, value), value);
		break;
	}
	return XDP_PASS;
}

SEC("syscall") int resume(struct stress_call *ctx)
{
	__u32 key = ctx->key, value = ctx->value;
	long verdict = fiber_resume_with(&frames, stressed, &key, ctx, REFUSED, value);

	account(verdict, value);
	return verdict == REFUSED;
}

SEC("syscall") int reply(struct stress_call *ctx)
{
	__u32 key = ctx->key, value = ctx->value;
	long verdict = fiber_reply(&frames, stressed, &key, ctx, REFUSED, ctx->token, value);

	account(verdict, value);
	return verdict == REFUSED;
}

SEC("syscall") int destroy(struct stress_call *ctx)
{
	destroy_one(ctx->key);
	return 0;
}

/* How many hold the calling thread. */
SEC("syscall") int holders(void *ctx)
{
	return bpf_get_current_task_btf()->rcu_users.refs.counter;
}

char LICENSE[] SEC("license") = "GPL";
