/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * runtime.bpf.h - the in-kernel runtime: claim, release, create, delete.
 *
 * Everything that touches a frame's life cycle is here, in C.  The compiler
 * only splits fibers; where generated code must create, release or delete a
 * frame it calls the functions listed in __fiber_runtime, which are inlined
 * into it afterwards.
 *
 * Life of a frame's header word (see abi.h):
 *
 *	                  create                   release(next)
 *	(no element) ---------------> state s <--------------------+
 *	      ^                          |                          |
 *	      |                          | fetch_or(claim)          |
 *	      |                          v                          |
 *	      +----- delete ------ state s | claim -----------------+
 *
 * Nobody spins.  A packet that finds the frame claimed gets its caller's
 * verdict; a timer or a work item that finds it claimed comes back shortly
 * after, so no wake-up is lost.  test/Model has all this for a model checker:
 * what changes here changes there.
 */
#ifndef BPF_FIBER_RUNTIME_BPF_H
#define BPF_FIBER_RUNTIME_BPF_H

struct fiber_header {
	__u32 word;
};

_Static_assert(sizeof(struct fiber_header) == FIBER_HEADER_SIZE, "abi.h");

/* Not in every kernel's headers; all are stable. */
#define __FIBER_ENOSPC		28
#define __FIBER_NOEXIST		1	/* BPF_NOEXIST */
#define __FIBER_CLOCK_MONOTONIC	1
/* A wake-up that finds its fiber running tries again after this long. */
#define __FIBER_RETRY_NS	50000

extern int bpf_wq_init(struct bpf_wq *wq, void *p__map, unsigned int flags)
	__weak __ksym;
extern int bpf_wq_start(struct bpf_wq *wq, unsigned int flags) __weak __ksym;
extern int bpf_wq_set_callback_impl(struct bpf_wq *wq,
				    int (callback_fn)(void *map, int *key,
						      void *value),
				    unsigned int flags,
				    void *aux__ign) __weak __ksym;

static __always_inline void __fiber_count(__u64 *counter)
{
	__atomic_fetch_add(counter, 1, __ATOMIC_RELAXED);
}

/*
 * The claim and its release.  The instructions exist since Linux 5.12, whatever
 * -mcpu; but LLVM selects those of 32 bits only with 32-bit registers, which v2
 * does not have, and so they are written out for it.
 */
#if __BPF_CPU_VERSION__ >= 3

static __always_inline __u32 __fiber_fetch_or(__u32 *word, __u32 bits)
{
	return __sync_fetch_and_or(word, bits);
}

static __always_inline void __fiber_exchange(__u32 *word, __u32 value)
{
	__sync_lock_test_and_set(word, value);
}

#else

static __always_inline __u32 __fiber_fetch_or(__u32 *word, __u32 bits)
{
	__u64 value = bits;

	asm volatile("r0 = %[value]\n"
		     "r1 = %[word]\n"
		     "w0 = atomic_fetch_or((u32 *)(r1 + 0), w0)\n"
		     "%[value] = r0"
		     : [value] "+r"(value) : [word] "r"(word) : "r0", "r1", "memory");
	return value;
}

static __always_inline void __fiber_exchange(__u32 *word, __u32 state)
{
	__u64 value = state;

	asm volatile("r0 = %[value]\n"
		     "r1 = %[word]\n"
		     "w0 = xchg32_32(r1 + 0, w0)"
		     : : [value] "r"(value), [word] "r"(word) : "r0", "r1", "memory");
}

#endif

static __always_inline __u32 __fiber_claim(struct fiber_header *frame)
{
	return __fiber_fetch_or(&frame->word, FIBER_CLAIM);
}

static __always_inline void __fiber_release(struct fiber_header *frame,
					    __u32 flags, __u32 state)
{
	if (flags & FIBER_F_NO_STATE)
		return;
	if (flags & FIBER_F_LOCAL)
		frame->word = state;
	else /* for its barrier: a plain store is no release on arm64 */
		__fiber_exchange(&frame->word, state);
}

/*
 * In every token, so that a frame's 0 is none: it has asked nothing, or what it
 * has asked is over.
 */
#define __FIBER_TOKEN_SET	1u

/*
 * The generation counts deletions in progress in its lower bits, more than a
 * kernel has threads and CPUs, and above them those that have ended. Both steps
 * are numbers that one instruction holds.
 */
#define __FIBER_DELETING	1
#define __FIBER_DELETED		(1 << 24)

/* Delete a claimed frame. */
static __always_inline void __fiber_delete(void *map, const void *key,
					   __u32 flags,
					   struct fiber_counters *c)
{
	if (flags & FIBER_F_LOCAL) {
		bpf_map_delete_elem(map, key);
		return;
	}
	__sync_fetch_and_add(&c->generation, __FIBER_DELETING);
	bpf_map_delete_elem(map, key);
	__sync_fetch_and_add(&c->generation, __FIBER_DELETED - __FIBER_DELETING);
}

enum __fiber_entry {
	__FIBER_ENTER_NONE,	/* refused and counted */
	__FIBER_ENTER_START,	/* no fiber there; an ARRAY frame is claimed */
	__FIBER_ENTER_RESUME,	/* frame claimed */
};

/*
 * __fiber_enter() - look a fiber up and claim it
 *
 * A hash map hands the memory of a deleted element to the next insertion at
 * once, so between the lookup and the claim the element may have become
 * another key's frame.  Frames are deleted only by who holds the claim, and
 * c->generation counts deletions.  If it says that none was in flight during
 * lookup and claim, the frame is still this key's; otherwise a second lookup
 * decides, which nobody can invalidate while we hold the claim.  (Elements
 * deleted by user space or evicted by an LRU map do not take part in this.)
 */
static __always_inline enum __fiber_entry
__fiber_enter(void *map, const void *key, __u32 flags,
	      struct fiber_counters *c, struct fiber_header **framep,
	      __u32 *wordp)
{
	_Bool is_array = flags & FIBER_F_ARRAY;
	_Bool is_local = flags & FIBER_F_LOCAL;
	/* A token that is right proves as much. */
	_Bool check = !is_array && !is_local && !(flags & FIBER_F_TOKEN);
	__s64 generation = 0, now;
	struct fiber_header *frame;
	__u32 word;

	if (check) {
		/* A register for all of its uses: a constant takes two
		 * instructions at each.
		 */
		asm("" : "+r"(c));
		generation = *(volatile __s64 *)&c->generation;
	}
	frame = bpf_map_lookup_elem(map, key);
	*framep = frame;
	if (!frame)
		return is_array ? __FIBER_ENTER_NONE : __FIBER_ENTER_START;
	word = is_local ? frame->word : __fiber_claim(frame);
	*wordp = word;
	if (!is_local && (word & FIBER_CLAIM))
		goto busy;
	if (is_array)
		return word ? __FIBER_ENTER_RESUME : __FIBER_ENTER_START;
	if (!check)
		return __FIBER_ENTER_RESUME;
	now = *(volatile __s64 *)&c->generation;
	/* Different or in progress, in one branch: the verifier walks each. */
	if (((now ^ generation) | (now & (__FIBER_DELETED - 1))) &&
	    bpf_map_lookup_elem(map, key) != frame) {
		__fiber_release(frame, flags, word);
		goto busy;
	}
	return __FIBER_ENTER_RESUME;
busy:
	__fiber_count(&c->busy);
	return __FIBER_ENTER_NONE;
}

enum __fiber_spawn {
	__FIBER_SPAWN_NONE,	/* refused and counted */
	__FIBER_SPAWN_START,	/* an ARRAY frame is claimed */
	__FIBER_SPAWN_REPLACE,	/* a fiber is there, claimed, to be ended first */
};

/* __fiber_prepare_spawn() - see whether a new fiber may start under @key */
static __always_inline enum __fiber_spawn
__fiber_prepare_spawn(void *map, const void *key, __u32 map_flags, __u32 flags,
		      _Bool cancellable, struct fiber_counters *c,
		      struct fiber_header **framep, __u32 *wordp)
{
	/* Nobody can be running it: the insertion takes its place. */
	if ((map_flags & FIBER_F_LOCAL) && !(map_flags & FIBER_F_ARRAY) &&
	    (flags & FIBER_REPLACE) && !cancellable)
		return __FIBER_SPAWN_START;
	/* What is there need not be claimed to be left alone. */
	if (!(map_flags & FIBER_F_ARRAY) && !(flags & FIBER_REPLACE)) {
		if (!bpf_map_lookup_elem(map, key))
			return __FIBER_SPAWN_START;
		__fiber_count(&c->exists);
		return __FIBER_SPAWN_NONE;
	}
	switch (__fiber_enter(map, key, map_flags, c, framep, wordp)) {
	case __FIBER_ENTER_START:
		return __FIBER_SPAWN_START;
	case __FIBER_ENTER_NONE:
		return __FIBER_SPAWN_NONE;
	case __FIBER_ENTER_RESUME:
		break;
	}
	if (flags & FIBER_REPLACE)
		return __FIBER_SPAWN_REPLACE;
	__fiber_release(*framep, map_flags, *wordp);
	__fiber_count(&c->exists);
	return __FIBER_SPAWN_NONE;
}

/* Insert a frame whose image is complete: the fiber is suspended when it is there. */
static __always_inline long __fiber_rt_insert(void *map, const void *key,
					      const void *image, __u32 flags,
					      struct fiber_counters *c)
{
	_Bool replace = (flags & FIBER_F_LOCAL) && (flags & FIBER_F_ANY);
	long err = bpf_map_update_elem(map, key, image,
				       replace ? 0 : __FIBER_NOEXIST);

	/*
	 * full or, when another CPU was first, exists, which follows it.  Of
	 * -E2BIG, -ENOMEM and -EEXIST only the last has bit 1 set; a branch
	 * would have the verifier walk all that follows twice.
	 */
	if (err)
		__fiber_count(&c->full + (replace ? 0 : (err & 2) >> 1));
	return err;
}

/* Insert a claimed frame and give its address, to be filled and released. */
static __always_inline void *__fiber_rt_create(void *map, const void *key,
					       const void *image, __u32 flags,
					       struct fiber_counters *c)
{
	if (__fiber_rt_insert(map, key, image, flags, c))
		return 0;
	return bpf_map_lookup_elem(map, key);
}

static __always_inline void __fiber_rt_not_waiting(struct fiber_header *frame,
						   __u32 flags, __u32 word,
						   struct fiber_counters *c)
{
	__fiber_release(frame, flags, word);
	__fiber_count(&c->not_waiting);
}

static __always_inline void __fiber_rt_busy(struct fiber_header *frame,
					    __u32 flags, __u32 word,
					    struct fiber_counters *c)
{
	__fiber_release(frame, flags, word);
	__fiber_count(&c->busy);
}

static __always_inline void __fiber_rt_aborted(struct fiber_counters *c)
{
	__fiber_count(&c->aborted);
}

static __always_inline void __fiber_rt_submit(void *record)
{
	bpf_ringbuf_submit(record, 0);
}

static __always_inline void __fiber_rt_discard(void *record)
{
	bpf_ringbuf_discard(record, 0);
}

static __always_inline void
__fiber_rt_init_timer(struct bpf_timer *timer, void *map,
		      int (*callback)(void *map, int *key, void *frame))
{
	bpf_timer_init(timer, map, __FIBER_CLOCK_MONOTONIC);
	bpf_timer_set_callback(timer, callback);
}

static __always_inline void
__fiber_rt_init_wq(struct bpf_wq *wq, void *map,
		   int (*callback)(void *map, int *key, void *frame))
{
	bpf_wq_init(wq, map, 0);
	bpf_wq_set_callback_impl(wq, callback, 0, 0);
}

static __always_inline int __fiber_rt_start_wq(struct bpf_wq *wq)
{
	return bpf_wq_start(wq, 0);
}

static __always_inline long __fiber_rt_start_timer(struct bpf_timer *timer,
						   __u64 ns)
{
	return bpf_timer_start(timer, ns, 0);
}

static __always_inline void __fiber_rt_stop_timer(struct bpf_timer *timer)
{
	bpf_timer_cancel(timer);
}

/*
 * Deadlines are kept in 2^20 ns, about a millisecond, to fit into 32 bits; the
 * lowest bit is set, so that 0 says that no timer is queued.
 */
#define __FIBER_DEADLINE_SHIFT	20
#define __FIBER_DEADLINE_SET	1u

/* @is_coarse: where bpf_ktime_get_coarse_ns() may be called; it is cheaper. */
static __always_inline __u64 __fiber_rt_coarse_ns(_Bool is_coarse)
{
	return is_coarse ? bpf_ktime_get_coarse_ns() : bpf_ktime_get_ns();
}

/* See __fiber_wait_ns(). */
static __always_inline __u64 __fiber_rt_wake_time(__u64 ns)
{
	return bpf_ktime_get_ns() + ns;
}

/*
 * The timer fired, for whatever wait.  A callback cannot tell: the timer may
 * have been queued for a wait that a packet has ended since, it may have been
 * about to run when its fiber was started on a new wait, and it may be the
 * retry below that replaced what the running fiber had queued.  So the frame
 * says when the present wait ends, in a fiber where more than one can be meant:
 *
 * @wake_time: of a wait for a time, 0: there is none; or NULL
 * @deadline: of a wait that is renewed before it times out and only moves it
 *	(see __fiber_arm_deadline()), 0: there is none; or NULL
 *
 * Too early, the timer follows.  Otherwise the resume function, which begins
 * with neither of them, says so in the frame.
 *
 * Return: the claimed header word, or FIBER_CLAIM if nothing is to be resumed.
 */
static __always_inline __u32 __fiber_rt_timer_fired(struct fiber_header *frame,
						    struct bpf_timer *timer,
						    const __u32 *deadline,
						    const __u64 *wake_time,
						    _Bool is_coarse)
{
	__u32 word = __fiber_claim(frame);
	__u64 ns;

	if (word & FIBER_CLAIM) {
		bpf_timer_start(timer, __FIBER_RETRY_NS, 0);
		return FIBER_CLAIM;
	}
	if (wake_time && *wake_time) {
		__u64 end = *wake_time, now = bpf_ktime_get_ns();

		if (now >= end)
			return word;
		ns = end - now;
	} else if (deadline) {
		__u32 end = *deadline;
		__s32 left = end - (__u32)(__fiber_rt_coarse_ns(is_coarse) >>
					   __FIBER_DEADLINE_SHIFT);

		if (left <= 0 || !end)
			return word;
		ns = (__u64)left << __FIBER_DEADLINE_SHIFT;
	} else {
		return word;
	}
	bpf_timer_start(timer, ns, 0);
	__fiber_release(frame, 0, word);
	return FIBER_CLAIM;
}

static __always_inline __u32 __fiber_rt_wq_fired(struct fiber_header *frame,
						 struct bpf_wq *wq)
{
	__u32 word = __fiber_claim(frame);

	if (word & FIBER_CLAIM)
		bpf_wq_start(wq, 0);
	return word;
}

/*
 * What generated code calls.  The compiler reads this table and inlines what
 * it uses; it is not in the object file.  A function is known by its member's
 * position: keep lib/Transforms/RuntimeTable.h in step.
 */
struct fiber_runtime {
	long (*insert)(void *map, const void *key, const void *image,
		       __u32 flags, struct fiber_counters *c);
	void *(*create)(void *map, const void *key, const void *image,
			__u32 flags, struct fiber_counters *c);
	void (*release)(struct fiber_header *frame, __u32 flags, __u32 state);
	void (*delete)(void *map, const void *key, __u32 flags,
		       struct fiber_counters *c);
	void (*not_waiting)(struct fiber_header *frame, __u32 flags, __u32 word,
			    struct fiber_counters *c);
	void (*aborted)(struct fiber_counters *c);
	void (*submit)(void *record);
	void (*discard)(void *record);
	void (*init_timer)(struct bpf_timer *timer, void *map,
			   int (*callback)(void *map, int *key, void *frame));
	void (*init_wq)(struct bpf_wq *wq, void *map,
			int (*callback)(void *map, int *key, void *frame));
	int (*start_wq)(struct bpf_wq *wq);
	long (*start_timer)(struct bpf_timer *timer, __u64 ns);
	void (*stop_timer)(struct bpf_timer *timer);
	__u64 (*wake_time)(__u64 ns);
	__u64 (*coarse_ns)(_Bool is_coarse);
	__u32 (*timer_fired)(struct fiber_header *frame,
			     struct bpf_timer *timer, const __u32 *deadline,
			     const __u64 *wake_time, _Bool is_coarse);
	__u32 (*wq_fired)(struct fiber_header *frame, struct bpf_wq *wq);
};

static const struct fiber_runtime __fiber_runtime = {
	.insert		= __fiber_rt_insert,
	.create		= __fiber_rt_create,
	.release	= __fiber_release,
	.delete		= __fiber_delete,
	.not_waiting	= __fiber_rt_not_waiting,
	.aborted	= __fiber_rt_aborted,
	.submit		= __fiber_rt_submit,
	.discard	= __fiber_rt_discard,
	.init_timer	= __fiber_rt_init_timer,
	.init_wq	= __fiber_rt_init_wq,
	.start_wq	= __fiber_rt_start_wq,
	.start_timer	= __fiber_rt_start_timer,
	.stop_timer	= __fiber_rt_stop_timer,
	.wake_time	= __fiber_rt_wake_time,
	.coarse_ns	= __fiber_rt_coarse_ns,
	.timer_fired	= __fiber_rt_timer_fired,
	.wq_fired	= __fiber_rt_wq_fired,
};

#endif /* BPF_FIBER_RUNTIME_BPF_H */
