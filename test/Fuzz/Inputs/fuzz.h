/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * fuzz.h - what the fibers of the fuzzer have in common.
 *
 * One source is compiled three times: as a fiber; with FZ_TWIN as a program
 * in which an await is an ordinary call that takes from fz.script what the
 * resumer would bring; and with FZ_NATIVE as that for the host.  All three must
 * leave the same in struct fz.
 *
 * The source defines FZ_HOME_SYSCALL, _XDP or _TC, FZ_MAP_TYPE, and FZ_USER,
 * FZ_EVENT if it waits for these; then it includes this, defines the fiber
 * fz_main(ctx, __u32, __u64), and ends in FZ_PROGRAMS.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <linux/types.h>
#ifndef FZ_NATIVE
#include <linux/bpf.h>
#ifndef __BPF_WQ
/* Headers of Linux before 6.10 do not have it. */
struct bpf_wq {
	__u64 __opaque[2];
} __attribute__((aligned(8)));
#endif
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#endif

#include "fuzz-abi.h"

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s8 s8;
typedef __s16 s16;
typedef __s32 s32;
typedef __s64 s64;

struct fz_s {
	u32 a;
	s8 b;
	u16 c;
	s64 d;
	u8 e[4];
};

struct fz_obj {
	u64 a;
	u32 b;
};

#ifdef FZ_NATIVE
#include <setjmp.h>
#include <stdlib.h>
#ifndef __always_inline
#define __always_inline inline __attribute__((always_inline))
#endif
#define SEC(name)
#define barrier() __asm__ volatile("" ::: "memory")
#endif

struct fz fz SEC(".data.fz");

/* A step of the trace; global, so that the verifier looks at it once. */
__attribute__((noinline)) int fz_out(u64 x)
{
	fz.hash = (fz.hash ^ x) * 0x9e3779b97f4a7c15ULL;
	fz.trace[fz.count % FZ_TRACE] = x;
	fz.count++;
	return 0;
}

/* The await number fz.n begins; the runner looks at n last. */
static __always_inline void fz_begin(u32 kind, long verdict)
{
	u64 n = fz.n;

	fz.kind[n % FZ_STEPS] = kind;
	fz.verdict[n % FZ_STEPS] = verdict;
	barrier();
	*(volatile u64 *)&fz.n = n + 1;
}

/* What the script has for the await that comes next. */
static __always_inline struct fz_step *fz_next(void)
{
	return &fz.script[fz.n % FZ_STEPS];
}

static __always_inline long fz_end(long result)
{
	fz.result = result;
	barrier();
	*(volatile u32 *)&fz.done = 1;
	return result;
}

/* What a packet gives; there are no packets at home in a syscall program. */
#ifdef FZ_HOME_SYSCALL
#define FZ_PACKET_RESULT FIBER_USER
#else
#define FZ_PACKET_RESULT FIBER_PACKET
#endif

#define FZ_LONG_NS	(1ULL << 45)

#if defined(FZ_TWIN) || defined(FZ_NATIVE)

#ifdef FZ_NATIVE
#define FIBER static
static jmp_buf fz_over;

/*
 * Guards are nested functions here, and what they end is jumped out of: gcc only,
 * and at -O0, so that locals are in memory.
 */
struct fz_guard {
	struct fz_guard *outer;
	long (*ask)(void);
	jmp_buf abandoned;
	long value;
};

static struct fz_guard *fz_guards;

#define fiber_guard(call, guard)					\
({									\
	__typeof__(call) __result;					\
	struct fz_guard __guard;					\
	long __ask(void)						\
	{								\
		return (guard);						\
	}								\
									\
	__guard.outer = fz_guards;					\
	__guard.ask = __ask;						\
	if (setjmp(__guard.abandoned)) {				\
		fz_guards = __guard.outer;				\
		__result = __guard.value;				\
	} else {							\
		fz_guards = &__guard;					\
		__result = (call);					\
		fz_guards = __guard.outer;				\
	}								\
	__result;							\
})

static void fz_ask(struct fz_guard *guard)
{
	if (!guard)
		return;
	fz_ask(guard->outer);
	guard->value = guard->ask();
	if (guard->value)
		longjmp(guard->abandoned, 1);
}
#else
#define FIBER static __always_inline
#define fz_ask(guard)
#endif
#define FIBER_CANCELLABLE FIBER
#define AWAITABLE static __always_inline __attribute__((unused))
#define co_await __extension__
#define co_return return
#define co_try(expr)							\
({									\
	long __co_try = (expr);						\
									\
	if (__co_try < 0)						\
		return __co_try;					\
	__co_try;							\
})
#define FIBER_PACKET	0
#define FIBER_TIMEOUT	1
#define FIBER_WORK	2
#define FIBER_USER	3

struct fz_home {
	u64 unused;
};

static __always_inline u64 fz_ctx_a(struct fz_home *ctx)
{
	return fz.now.a;
}

static __always_inline u32 fz_ctx_b(struct fz_home *ctx)
{
	return fz.now.b;
}

static __always_inline u64 fz_value(void)
{
	return fz.now.value;
}

#define fiber_wakeup() ((long)fz.wakeup)

static __always_inline long fz_twin_await(u32 kind, long verdict, long result)
{
	struct fz_step *step = fz_next();

	fz_begin(kind, verdict);
#ifdef FZ_NATIVE
	if (fz.n == fz.over)
		longjmp(fz_over, 1);
	if (fz.n == fz.cancelled) {
		fz.now.value = 0;
		fz.wakeup = -125;
		return -125;
	}
#endif
	fz.now.a = step->a;
	fz.now.b = step->b;
	fz.now.value = kind == FZ_TIMER || kind == FZ_WORK ? 0 : step->value;
	fz.wakeup = result;
	fz_ask(fz_guards);
	return result;
}

AWAITABLE long fz_packet(long verdict)
{
	return fz_twin_await(FZ_PACKET, verdict, FZ_PACKET_RESULT);
}

AWAITABLE u64 fz_packet_value(long verdict)
{
	fz_twin_await(FZ_PACKET, verdict, FZ_PACKET_RESULT);
	return fz.now.value;
}

AWAITABLE u32 fz_event(long verdict)
{
	struct fz_step *step = fz_next();

	fz_twin_await(FZ_EVENT, verdict, 4);
	return step->b;
}

AWAITABLE long fz_sleep(long verdict)
{
	return fz_twin_await(FZ_TIMER, verdict, FIBER_TIMEOUT);
}

AWAITABLE long fz_defer(long verdict)
{
	return fz_twin_await(FZ_WORK, verdict, FIBER_WORK);
}

AWAITABLE long fz_user(long verdict)
{
	long woken = fz_twin_await(FZ_USER, verdict, FIBER_USER);

	return woken < 0 ? woken : (long)fz.now.value;
}

AWAITABLE long fz_packet_or_timeout(long verdict)
{
	if (fz_next()->other)
		return fz_twin_await(FZ_TIMER, verdict, FIBER_TIMEOUT);
	return fz_twin_await(FZ_PACKET, verdict, FZ_PACKET_RESULT);
}

AWAITABLE long fz_user_or_timeout(long verdict)
{
	if (fz_next()->other)
		return fz_twin_await(FZ_TIMER, verdict, FIBER_TIMEOUT);
	return fz_twin_await(FZ_USER, verdict, FIBER_USER);
}

AWAITABLE long fz_packet_or_user(long verdict)
{
	if (fz_next()->other)
		return fz_twin_await(FZ_USER, verdict, FIBER_USER);
	return fz_twin_await(FZ_PACKET, verdict, FZ_PACKET_RESULT);
}

#define FZ_MAP(type)

#else /* a fiber */

#include <bpf_fiber/fiber.bpf.h>

#if defined(FZ_HOME_XDP)
#define fz_home xdp_md
#elif defined(FZ_HOME_TC)
#define fz_home __sk_buff
#else
#define fz_home fz_ctx
#endif

#ifdef FZ_HOME_SYSCALL
static __always_inline u64 fz_ctx_a(struct fz_home *ctx)
{
	return ctx->a;
}

static __always_inline u32 fz_ctx_b(struct fz_home *ctx)
{
	return ctx->b;
}
#else
static __always_inline u64 fz_ctx_a(struct fz_home *ctx)
{
	u8 *data = (u8 *)(long)ctx->data + FZ_PACKET_A;

	if (data + sizeof(u64) > (u8 *)(long)ctx->data_end)
		return 0;
	return *(u64 *)data;
}

static __always_inline u32 fz_ctx_b(struct fz_home *ctx)
{
	u8 *data = (u8 *)(long)ctx->data + FZ_PACKET_B;

	if (data + sizeof(u32) > (u8 *)(long)ctx->data_end)
		return 0;
	return *(u32 *)data;
}
#endif

#ifdef FZ_USES_EVENT
FIBER_CONTEXT(fz_fired, struct fz_event);
#endif
#ifdef FZ_USES_USER
FIBER_EVENTS(4096);
#endif

#define fz_value() fiber_value()

/* The wait in which the runner ends the fiber does not end by itself. */
static __always_inline u64 fz_ns(u64 ns)
{
	u64 n = fz.n + 1;

	return n == fz.cancelled || n == fz.over ? FZ_LONG_NS : ns;
}

AWAITABLE long fz_packet(long verdict)
{
	fz_begin(FZ_PACKET, verdict);
	return next_packet(verdict);
}

AWAITABLE u64 fz_packet_value(long verdict)
{
	fz_begin(FZ_PACKET, verdict);
	co_await next_packet(verdict);
	return fiber_value();
}

#ifdef FZ_USES_EVENT
AWAITABLE u32 fz_event(long verdict)
{
	fz_begin(FZ_EVENT, verdict);
	return (co_await next_event(fz_fired, verdict))->b;
}
#endif

AWAITABLE long fz_sleep(long verdict)
{
	u64 ns = fz_ns(1000);

	fz_begin(FZ_TIMER, verdict);
	return sleep_ns(ns, verdict);
}

AWAITABLE long fz_defer(long verdict)
{
	fz_begin(FZ_WORK, verdict);
	return defer(verdict);
}

AWAITABLE long fz_packet_or_timeout(long verdict)
{
	u32 timeout = fz_next()->other;
	u64 ns = timeout ? fz_ns(1000) : FZ_LONG_NS;

	fz_begin(timeout ? FZ_TIMER : FZ_PACKET, verdict);
	return next_packet_or_timeout(verdict, ns);
}

#ifdef FZ_USES_USER
AWAITABLE long fz_user(long verdict)
{
	fz_begin(FZ_USER, verdict);
	return yield_to_user(verdict);
}

AWAITABLE long fz_user_or_timeout(long verdict)
{
	u32 timeout = fz_next()->other;
	u64 ns = timeout ? fz_ns(1000) : FZ_LONG_NS;

	fz_begin(timeout ? FZ_TIMER : FZ_USER, verdict);
	return yield_to_user_or_timeout(verdict, ns);
}

AWAITABLE long fz_packet_or_user(long verdict)
{
	fz_begin(fz_next()->other ? FZ_USER : FZ_PACKET, verdict);
	return next_packet_or_reply(verdict);
}
#endif

#define FZ_MAP(type)	FIBER_MAP(fz_frames, fz_main, BPF_MAP_TYPE_##type, __u32, 4)

#endif

/* Objects that the fiber owns: of its own, and the runner's task. */
#ifdef FZ_NATIVE
struct task_struct {
	int pid;
};

static inline struct task_struct *fz_task_get(void)
{
	static struct task_struct task;

	task.pid = fz.pid;
	return &task;
}

#define fz_task_put(task) ((void)(task))

static inline struct fz_obj *fz_obj_new(void)
{
	return calloc(1, sizeof(struct fz_obj));
}

static inline void fz_obj_drop(struct fz_obj *obj)
{
	free(obj);
}
#else
extern void *bpf_obj_new_impl(__u64 local_type_id, void *meta) __ksym;
extern void bpf_obj_drop_impl(void *kptr, void *meta) __ksym;
#define fz_obj_new() \
	((struct fz_obj *)bpf_obj_new_impl(bpf_core_type_id_local(struct fz_obj), (void *)0))
#define fz_obj_drop(obj) bpf_obj_drop_impl(obj, (void *)0)

struct refcount_struct {
	struct {
		int counter;
	} refs;
} __attribute__((preserve_access_index));

struct task_struct {
	int pid;
	struct refcount_struct rcu_users;
} __attribute__((preserve_access_index));

extern struct task_struct *bpf_task_from_pid(s32 pid) __ksym;
extern void bpf_task_release(struct task_struct *task) __ksym;
#define fz_task_get()		bpf_task_from_pid(fz.pid)
#define fz_task_put(task)	bpf_task_release(task)
#endif

#ifdef FZ_NATIVE
#define FZ_PROGRAMS							\
	void fz_native(void)						\
	{								\
		fz_init();						\
		fz_guards = (void *)0;					\
		if (!setjmp(fz_over))					\
			fz_main((void *)0, fz.arg[0], fz.arg[1]);	\
	}
#elif defined(FZ_TWIN)
#define FZ_PROGRAMS							\
	SEC("syscall") int fz_twin(struct fz_home *ctx)			\
	{								\
		fz_init();						\
		fz_main(ctx, fz.arg[0], fz.arg[1]);			\
		return 0;						\
	}								\
	char LICENSE[] SEC("license") = "GPL";
#else
#if defined(FZ_HOME_XDP)
#define FZ_HOME_SECTION SEC("xdp")
#elif defined(FZ_HOME_TC)
#define FZ_HOME_SECTION SEC("tc")
#else
#define FZ_HOME_SECTION SEC("syscall")
#endif

#ifdef FZ_USES_EVENT
#define FZ_FIRE								\
	SEC("syscall") int fz_fire(struct fz_event *ctx)		\
	{								\
		u32 key = 0;						\
									\
		return fiber_resume_with(&fz_frames, fz_main, &key, ctx, \
					 FZ_REFUSED, fz.value);		\
	}
#else
#define FZ_FIRE
#endif

#ifdef FZ_USES_USER
#define FZ_REPLY							\
	SEC("syscall") int fz_reply(struct fz_ctx *ctx)			\
	{								\
		u32 key = 0;						\
									\
		return fiber_reply(&fz_frames, fz_main, &key, ctx,	\
				   FZ_REFUSED, ctx->token, fz.value);	\
	}
#else
#define FZ_REPLY
#endif

#ifdef FZ_SPLIT
#define FZ_HOME								\
	FZ_HOME_SECTION int fz_gate(struct fz_home *ctx)		\
	{								\
		u32 key = 0;						\
									\
		if (!fz.started) {					\
			fz.started = 1;					\
			fz_init();					\
			return fiber_spawn(&fz_frames, fz_main, &key, ctx, \
					   FIBER_REFUSE, FZ_REFUSED,	\
					   fz.arg[0], fz.arg[1]);	\
		}							\
		return fiber_resume_with(&fz_frames, fz_main, &key, ctx, \
					 FZ_REFUSED, fz.value);		\
	}
#else
#define FZ_HOME								\
	FZ_HOME_SECTION int fz_gate(struct fz_home *ctx)		\
	{								\
		u32 key = 0;						\
									\
		if (!fz.started) {					\
			fz.started = 1;					\
			fz_init();					\
		}							\
		return fiber_deliver_with(&fz_frames, fz_main, &key, ctx, \
					  FZ_REFUSED, fz.value,		\
					  fz.arg[0], fz.arg[1]);	\
	}
#endif

#define FZ_PROGRAMS							\
	FZ_HOME								\
	FZ_FIRE								\
	FZ_REPLY							\
	SEC("syscall") int fz_kill(struct fz_ctx *ctx)			\
	{								\
		u32 key = 0;						\
									\
		return fiber_destroy(&fz_frames, fz_main, &key);	\
	}								\
	SEC("syscall") int fz_stat(struct fz_ctx *ctx)			\
	{								\
		struct task_struct *task = fz_task_get();		\
									\
		fz.aborted = fz_main_counters.aborted;			\
		if (task) {						\
			fz.references = task->rcu_users.refs.counter;	\
			fz_task_put(task);				\
		}							\
		return 0;						\
	}								\
	char LICENSE[] SEC("license") = "GPL";
#endif

#endif
