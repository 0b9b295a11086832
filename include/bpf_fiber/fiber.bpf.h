/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * fiber.bpf.h - the language of BPF fibers.
 *
 * A fiber is a C function that can suspend with co_await and be resumed later,
 * in the same or in another execution context.  bpf-fiberc turns it into a
 * state machine whose state is a value of a BPF map.
 *
 * Include vmlinux.h (or <linux/bpf.h> and <linux/types.h>) first.  The
 * reference is docs/language.md.
 */
#ifndef BPF_FIBER_FIBER_BPF_H
#define BPF_FIBER_FIBER_BPF_H

#include <bpf/bpf_helpers.h>
#include <bpf_fiber/abi.h>

/*
 * co_await is a prefix operator with the precedence of a cast.  __extension__
 * is one too, means nothing, and is visible to the Clang plugin, so editors
 * and formatters understand fiber sources without any plugin.
 */
#define co_await	__extension__
#define co_return	return

/**
 * co_try() - end the fiber when an await fails
 * @expr: ``co_await f()``
 *
 * Return: the value of @expr when it is not negative; otherwise the enclosing
 * function returns it.
 */
#define co_try(expr)							\
({									\
	long __co_try = (expr);						\
									\
	if (__co_try < 0)						\
		return __co_try;					\
	__co_try;							\
})

/**
 * FIBER - storage class of a fiber: ``FIBER int knock(struct xdp_md *ctx)``
 *
 * The first parameter is the context of the hook that starts the fiber; up to
 * three further ones are arguments of the start.  The return type is an
 * integer: the verdict of the activation that ends the fiber.
 */
#define FIBER static __attribute__((noinline, annotate("bpf_fiber")))

/**
 * FIBER_CANCELLABLE - FIBER that fiber_destroy() lets clean up
 *
 * It is resumed once: the await in which it waits gives FIBER_CANCELED, or NULL
 * where it gives a pointer.  The fiber ends at its next await at the latest.
 */
#define FIBER_CANCELLABLE						\
	FIBER __attribute__((annotate("bpf_fiber_cancellable")))

/**
 * AWAITABLE - storage class of a function that may be awaited
 *
 * Any static always-inline function that suspends is awaitable; this spells
 * it.
 */
#define AWAITABLE static __always_inline __attribute__((unused))

/**
 * FIBER_MAP() - the map that holds the frames of one fiber
 * @name: of the map
 * @fiber: the function; its frame is struct <fiber>_frame, its counters are
 *	<fiber>_counters
 * @map_type: BPF_MAP_TYPE_HASH, _LRU_HASH or _ARRAY
 * @key_type: what identifies a fiber; __u32 for an array
 * @entries: most fibers at a time
 *
 * Further arguments are further members of the map definition, for instance
 * ``__uint(map_flags, BPF_F_NO_PREALLOC);``.
 */
#define FIBER_MAP(name, fiber, map_type, key_type, entries, members...)	\
	__FIBER_MAP(0, name, fiber, map_type, key_type, entries, ##members)

/**
 * FIBER_LOCAL_MAP() - a FIBER_MAP() whose fibers are never run by two at once
 *
 * For fibers keyed by what runs them: the thread (bpf_get_current_pid_tgid())
 * of a tracing program; or the CPU, where receive side scaling gives all
 * packets of a flow to one.  Nothing is claimed or released then.  The promise
 * is the programmer's: all verbs with one key are called by one thread
 * or on one CPU and do not interrupt each other, and the fiber waits for no
 * timer or work item.
 */
#define FIBER_LOCAL_MAP(name, fiber, map_type, key_type, entries, members...) \
	__FIBER_MAP(FIBER_F_LOCAL, name, fiber, map_type, key_type, entries, \
		    ##members)

/* Of a per-CPU map each CPU would run a fiber of its own. */
#define __FIBER_MAP(flags, name, fiber, map_type, key_type, entries, members...) \
	_Static_assert((map_type) == BPF_MAP_TYPE_HASH ||		\
		       (map_type) == BPF_MAP_TYPE_LRU_HASH ||		\
		       (map_type) == BPF_MAP_TYPE_ARRAY,		\
		       "fibers live in a map of type BPF_MAP_TYPE_HASH, " \
		       "_LRU_HASH or _ARRAY [bpf-fiber-map-type]");	\
	_Static_assert((map_type) != BPF_MAP_TYPE_ARRAY ||		\
		       sizeof(key_type) == sizeof(__u32),		\
		       "the key of an ARRAY map is a __u32 [bpf-fiber-key]"); \
	struct fiber##_frame;						\
	struct fiber_counters fiber##_counters;				\
	enum { fiber##__map_flags = (flags) |				\
	       ((map_type) == BPF_MAP_TYPE_ARRAY ? FIBER_F_ARRAY : 0) }; \
	struct {							\
		__uint(type, map_type);					\
		__uint(max_entries, entries);				\
		__type(key, key_type);					\
		__type(value, struct fiber##_frame);			\
		members							\
	} name SEC(".maps")

/*
 * Contexts.  A kind of wake-up has a name; each kind that a fiber waits for
 * becomes one resume function, <fiber>__resume_<kind>.  The type of the
 * context pointer says which kind a program is of.
 */
#define __FIBER_KIND(kind, ctx_type)					\
	typedef ctx_type __fiber_context_##kind;			\
	static __always_inline						\
	__attribute__((overloadable, unused)) const char *		\
	__fiber_kind(ctx_type *ctx)					\
	{								\
		(void)ctx;						\
		return #kind;						\
	}

/**
 * FIBER_CONTEXT() - declare a hook in which fibers start or are resumed
 * @kind: its name; names the resume function and what next_event() waits for
 * @ctx_type: what the hook's context pointer points to
 *
 * Built in are xdp (struct xdp_md), tc (struct __sk_buff), syscall (any other
 * type) and, to be named, cpumap and devmap (struct xdp_md).  A type belongs to
 * one kind; use FIBER_CONTEXT_NAMED() for a second kind of the same type.
 */
#define FIBER_CONTEXT(kind, ctx_type)					\
	__FIBER_KIND(kind, ctx_type)					\
	struct __fiber_semicolon

/**
 * FIBER_CONTEXT_NAMED() - declare a hook whose context type another kind has
 *
 * The verbs cannot tell such a kind by the type: say it with fiber_spawn_in(),
 * fiber_resume_in() and fiber_deliver_in().
 */
#define FIBER_CONTEXT_NAMED(kind, ctx_type)				\
	typedef ctx_type __fiber_context_##kind;			\
	struct __fiber_semicolon

__FIBER_KIND(xdp, struct xdp_md)
__FIBER_KIND(tc, struct __sk_buff)
__FIBER_KIND(syscall, void)
FIBER_CONTEXT_NAMED(cpumap, struct xdp_md);
FIBER_CONTEXT_NAMED(devmap, struct xdp_md);

/**
 * FIBER_REFERENCE() - say of a kfunc that it acquires a reference
 * @acquire: a kfunc, declared with __ksym, that returns a pointer to a struct,
 *	or NULL, and gives its caller a reference (KF_ACQUIRE)
 * @release: the kfunc that takes such a pointer and the reference (KF_RELEASE)
 *
 * A fiber's frame owns what it holds at an await.  That needs a destructor in
 * the kernel for the struct (register_btf_id_dtor_kfuncs()).  Tasks, cgroups,
 * CPU masks, crypto contexts and objects from bpf_obj_new() are known.
 */
#define FIBER_REFERENCE(acquire, release)				\
	static const struct {						\
		const void *__acquire, *__release;			\
	} __fiber_reference_##acquire __attribute__((used)) = {		\
		(const void *)(acquire), (const void *)(release)	\
	}

/*
 * Primitives.  They have no body: the lowering passes replace every call.
 * noduplicate and nomerge keep one call one suspend point.
 */
#define __FIBER_PRIMITIVE						\
	__attribute__((noduplicate, nomerge, nothrow))

/**
 * __fiber_suspend() - the suspend point every awaitable ends in
 * @kinds: constant string: the kinds that resume it, separated by '|'; "home"
 *	is the kind of the hook in which the fiber was started
 * @verdict: what the activation returns to its hook
 * @record: a reserved ring buffer record, submitted once the fiber can be
 *	resumed and discarded when it could not suspend; or a constant NULL
 *
 * Return: the FIBER_* constant of the kind that resumed the fiber; in each
 * resume function it is a constant.
 */
extern long __fiber_suspend(const char *kinds, long verdict, void *record)
	__FIBER_PRIMITIVE;

/* The context of the present activation, whatever its kind. */
extern void *__fiber_ctx(void) __FIBER_PRIMITIVE;

/* What the verb that runs this activation handed over; else 0. */
extern __u64 __fiber_value(void) __FIBER_PRIMITIVE;

/* The fiber's key, readable until the next await; its size. */
extern const void *__fiber_key(void) __FIBER_PRIMITIVE;
extern __u64 __fiber_key_size(void) __FIBER_PRIMITIVE;

/*
 * Fields of the frame that exist when they are asked for.  timer and wq must
 * be in the map before they can be armed, so asking for one creates the frame
 * of a fiber that has not suspended yet; when that is impossible the fiber
 * ends there with the refusal's verdict.
 */
extern struct bpf_timer *__fiber_timer(void) __FIBER_PRIMITIVE;
extern struct bpf_wq *__fiber_wq(void) __FIBER_PRIMITIVE;
extern __u32 *__fiber_deadline(void) __FIBER_PRIMITIVE;
/*
 * Sees to it that the fiber's timer fires by @end, @ns from now: starts it unless it is
 * queued already, for @queued, 0: it is not.  Once in 52 days the 32 bits wrap:
 * then a timer is started that need not be, or a wait that is shorter than the
 * one before it ends with that one's timer.  The fiber is aborted if the timer
 * cannot be started.
 *
 * Nothing is asked where the answer is known: activations that end a wait with
 * a deadline, of the same time or less, find the timer queued.
 */
extern void __fiber_queue_timer(struct bpf_timer *timer, __u32 queued,
				__u32 end, __u64 ns) __FIBER_PRIMITIVE;
extern __u32 *__fiber_token(void) __FIBER_PRIMITIVE;
/*
 * CLOCK_MONOTONIC, at best as of the last tick: that clock is not there for
 * programs of every type.
 */
extern __u64 __fiber_coarse_ns(void) __FIBER_PRIMITIVE;
/*
 * Says that the timer is started for a wait of @ns from now; a deadline, if
 * any, is over.  If the fiber may have left a wait to another wake-up before,
 * that one's timer can still be queued or be firing at this moment: then the
 * end of the present wait is kept in the frame, and nothing ends it earlier.
 */
extern void __fiber_wait_ns(__u64 ns) __FIBER_PRIMITIVE;

/*
 * End the fiber because of what cannot happen: counted as aborted, all it owns
 * is released, the activation returns the verb's refused verdict.
 */
extern void __fiber_abort(void) __FIBER_PRIMITIVE __attribute__((noreturn));

/* Which FIBER_* constant the present activation is of, see fiber_wakeup(). */
extern long __fiber_wakeup(void) __FIBER_PRIMITIVE;

/*
 * What fiber_guard() is made of.  Like setjmp(), __fiber_guard_begin() returns 0
 * at first and something else again behind each suspend until the end;
 * __fiber_guard_check() returns if @value is not 0, and otherwise goes on behind
 * the suspend.  @guard names which one.
 */
extern int __fiber_guard_begin(int *guard) __FIBER_PRIMITIVE;
extern void __fiber_guard_enter(int *guard) __FIBER_PRIMITIVE;
extern long __fiber_guard_check(int *guard, long value) __FIBER_PRIMITIVE;
extern void __fiber_guard_end(int *guard) __FIBER_PRIMITIVE;

/* Run a fiber. Calls of these stand only in the verbs below. */
struct fiber_runtime;
struct fiber_header;
extern long __fiber_start(const void *fiber, const struct fiber_runtime *rt,
			  const char *kind, void *map, const void *key,
			  __u64 key_size, __u32 flags,
			  struct fiber_counters *counters,
			  struct fiber_header *frame, void *ctx, long refused,
			  __u64 value, ...) __FIBER_PRIMITIVE;
extern long __fiber_resume(const void *fiber, const struct fiber_runtime *rt,
			   const char *kind, void *map, const void *key,
			   __u64 key_size, __u32 flags,
			   struct fiber_counters *counters,
			   struct fiber_header *frame, void *ctx, long refused,
			   __u64 value, __u32 word) __FIBER_PRIMITIVE;
/*
 * Let a cancellable fiber whose frame is claimed clean up; the caller deletes it.
 * Not 0: it waits in no await, but has been preempted at a yield point.
 */
extern long __fiber_cancel(const void *fiber, struct fiber_header *frame,
			   __u32 word, const void *key) __FIBER_PRIMITIVE;
extern long __fiber_is_cancellable(const void *fiber) __FIBER_PRIMITIVE;
/* Offset of a fiber's token in its frame. */
extern __u64 __fiber_token_offset(const void *fiber) __FIBER_PRIMITIVE;
/* Stop the timer of a claimed frame that stays in its map (ARRAY). */
extern void __fiber_disarm(const void *fiber, const struct fiber_runtime *rt,
			   struct fiber_header *frame) __FIBER_PRIMITIVE;

#include <bpf_fiber/runtime.bpf.h>
#include <bpf_fiber/verbs.bpf.h>
#include <bpf_fiber/await.bpf.h>

#endif /* BPF_FIBER_FIBER_BPF_H */
