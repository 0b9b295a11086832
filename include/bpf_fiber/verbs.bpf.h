/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * verbs.bpf.h - start, resume and destroy fibers. Included by fiber.bpf.h.
 *
 * Every verb runs in any BPF program type, never sleeps and never spins.
 * @map and @fiber are named literally; @keyp points to the map's key type and
 * must stay readable for the call.  @refused is the verdict to return when no
 * fiber could run; each reason has its counter in <fiber>_counters.
 */
#ifndef BPF_FIBER_VERBS_BPF_H
#define BPF_FIBER_VERBS_BPF_H

#define __FIBER_IS_ARRAY(fiber)	(fiber##__map_flags & FIBER_F_ARRAY)

/* Asked only where it matters: the insertion would overwrite the frame. */
#define __FIBER_IS_CANCELLABLE(fiber)					\
	((fiber##__map_flags & FIBER_F_LOCAL) &&			\
	 __fiber_is_cancellable((const void *)(fiber)))

/* Arguments of the start must fit the fiber's prototype; nothing is called. */
#define __FIBER_CHECK_CALL(fiber, ctx, args...)				\
	((void)sizeof(fiber(ctx, ##args)))

/* A map and a key are given by their addresses, a context is a pointer. */
#define __FIBER_CHECK_MAP(map)	((void)sizeof(__typeof__(*(map)) *))
#define __FIBER_CHECK_FIBER(fiber) ((void)sizeof(__typeof__(*(fiber)) *))
#define __FIBER_CHECK_CTX(ctx)	((void)sizeof(__typeof__(*(ctx)) *))

/* The kernel reads as many bytes as the map's keys have. void has one. */
#define __FIBER_CHECK_KEY(map, keyp)					\
	_Static_assert(sizeof(*(keyp)) == sizeof(*(map)->key) ||	\
		       sizeof(*(keyp)) == 1,				\
		       "the key is not of the type that the map's keys have: " \
		       "use a variable of the type that FIBER_MAP() names [bpf-fiber-key]"); \
	((void)sizeof((map)->key == (keyp)))

/* Through an ellipsis an argument loses its type; C extends it by its sign. */
#define __FIBER_ARGS0()
#define __FIBER_ARGS1(a)	, (long long)(a)
#define __FIBER_ARGS2(a, b)	, (long long)(a), (long long)(b)
#define __FIBER_ARGS3(a, b, c)	, (long long)(a), (long long)(b), (long long)(c)
/* One too many, so that the compiler says it of the fiber. */
#define __FIBER_ARGS4(a, b, c, d) __FIBER_ARGS3(a, b, c), (long long)(d)
#define __FIBER_ARGSN(zero, a, b, c, d, n, rest...) __FIBER_ARGS##n
#define __FIBER_ARGS(args...)						\
	__FIBER_ARGSN(0, ##args, 4, 3, 2, 1, 0)(args)

#define __FIBER_START(fiber, kind, map, keyp, frame, ctx, refused, value, flags, args...) \
	__fiber_start((const void *)(fiber), &__fiber_runtime, kind, map, \
		      keyp, sizeof(*(map)->key), fiber##__map_flags | (flags), \
		      &fiber##_counters, frame, \
		      (void *)(ctx), refused, (__u64)(value) __FIBER_ARGS(args))

#define __FIBER_RESUME(fiber, kind, map, keyp, frame, ctx, refused, word, value) \
	__fiber_resume((const void *)(fiber), &__fiber_runtime, kind, map, \
		       keyp, sizeof(*(map)->key), fiber##__map_flags,	\
		       &fiber##_counters, frame, \
		       (void *)(ctx), refused, (__u64)(value), word)

/**
 * fiber_deliver() - resume the fiber under a key, or start one
 * @map: its FIBER_MAP()
 * @fiber: the fiber
 * @keyp: which one, a pointer to the map's key type
 * @ctx: context of the calling program, handed to the fiber
 * @refused: verdict if no fiber could run
 * @args: further arguments of the fiber, used if it starts
 *
 * A fiber that ends without having suspended never touches the map.  In an
 * ARRAY map a finished fiber starts over.
 *
 * Context: any program whose context type has a kind, see FIBER_CONTEXT().
 * Requires: Linux 5.12 (atomic fetch-or); 5.15 with timers, 6.10 with work
 * items.
 * Return: the verdict of the activation: of the co_await that suspended it or
 * of the co_return that ended it; @refused otherwise.
 */
#define fiber_deliver(map, fiber, keyp, ctx, refused, args...)		\
	fiber_deliver_in(__fiber_kind(ctx), map, fiber, keyp, ctx, refused, ##args)

/* fiber_deliver_in() - fiber_deliver() for a kind named by a string */
#define fiber_deliver_in(kind, map, fiber, keyp, ctx, refused, args...)	\
	__fiber_deliver(kind, map, fiber, keyp, ctx, refused, 0, ##args)

/**
 * fiber_deliver_with() - fiber_deliver() that hands a value over
 * @value: what fiber_value() gives in this activation: an integer, or a pointer
 *	into the caller's stack that the fiber may use until its next co_await
 *
 * So that nobody parses a packet twice.
 */
#define fiber_deliver_with(map, fiber, keyp, ctx, refused, value, args...) \
	__fiber_deliver(__fiber_kind(ctx), map, fiber, keyp, ctx, refused, \
			value, ##args)

/* fiber_deliver_with_in() - the same for a kind named by a string */
#define fiber_deliver_with_in(kind, map, fiber, keyp, ctx, refused, value, args...) \
	__fiber_deliver(kind, map, fiber, keyp, ctx, refused, value, ##args)

#define __fiber_deliver(kind, map, fiber, keyp, ctx, refused, value, args...) \
({									\
	long __verdict = (refused);					\
	struct fiber_header *__frame;					\
	__u32 __word;							\
									\
	__FIBER_CHECK_MAP(map);						\
	__FIBER_CHECK_KEY(map, keyp);					\
	__FIBER_CHECK_CTX(ctx);						\
	__FIBER_CHECK_CALL(fiber, ctx, ##args);				\
	switch (__fiber_enter(map, keyp, fiber##__map_flags,		\
			      &fiber##_counters, &__frame, &__word)) {	\
	case __FIBER_ENTER_RESUME:					\
		__verdict = __FIBER_RESUME(fiber, kind, map, keyp,	\
				__frame, ctx, __verdict, __word, value); \
		break;							\
	case __FIBER_ENTER_START:					\
		__verdict = __FIBER_START(fiber, kind, map, keyp,	\
				__FIBER_IS_ARRAY(fiber) ? __frame : 0,	\
				ctx, __verdict, value, 0, ##args);		\
		break;							\
	case __FIBER_ENTER_NONE:					\
		break;							\
	}								\
	__verdict;							\
})

/**
 * fiber_resume() - resume the fiber under a key, if there is one
 *
 * As fiber_deliver(), but starts none: that is counted as absent.
 */
#define fiber_resume(map, fiber, keyp, ctx, refused)			\
	fiber_resume_in(__fiber_kind(ctx), map, fiber, keyp, ctx, refused)

#define fiber_resume_in(kind, map, fiber, keyp, ctx, refused)		\
	__fiber_resume_with(kind, map, fiber, keyp, ctx, refused, 0)

/**
 * fiber_resume_with() - fiber_resume() that hands a value over
 * @value: see fiber_deliver_with()
 */
#define fiber_resume_with(map, fiber, keyp, ctx, refused, value)		\
	__fiber_resume_with(__fiber_kind(ctx), map, fiber, keyp, ctx,	\
			    refused, value)

/* fiber_resume_with_in() - the same for a kind named by a string */
#define fiber_resume_with_in(kind, map, fiber, keyp, ctx, refused, value) \
	__fiber_resume_with(kind, map, fiber, keyp, ctx, refused, value)

#define __fiber_resume_with(kind, map, fiber, keyp, ctx, refused, value)	\
({									\
	long __verdict = (refused);					\
	struct fiber_header *__frame;					\
	__u32 __word;							\
									\
	__FIBER_CHECK_MAP(map);						\
	__FIBER_CHECK_KEY(map, keyp);					\
	__FIBER_CHECK_FIBER(fiber);					\
	__FIBER_CHECK_CTX(ctx);						\
	switch (__fiber_enter(map, keyp, fiber##__map_flags,		\
			      &fiber##_counters, &__frame, &__word)) {	\
	case __FIBER_ENTER_RESUME:					\
		__verdict = __FIBER_RESUME(fiber, kind, map, keyp,	\
				__frame, ctx, __verdict, __word, value); \
		break;							\
	case __FIBER_ENTER_START:					\
		if (__FIBER_IS_ARRAY(fiber))				\
			__fiber_release(__frame, fiber##__map_flags, FIBER_STATE_NONE);	\
		__fiber_count(&fiber##_counters.absent);		\
		break;							\
	case __FIBER_ENTER_NONE:					\
		break;							\
	}								\
	__verdict;							\
})

/**
 * fiber_reply() - answer a fiber that waits in yield_to_user()
 * @token: from the struct fiber_event that announced the wait
 * @value: what its co_await gives
 *
 * A reply to an earlier wait, or to an earlier fiber under the same key, is
 * refused and counted as stale.
 */
#define fiber_reply(map, fiber, keyp, ctx, refused, token, value)	\
({									\
	long __verdict = (refused);					\
	struct fiber_header *__frame;					\
	__u32 __word;							\
									\
	__FIBER_CHECK_MAP(map);						\
	__FIBER_CHECK_KEY(map, keyp);					\
	__FIBER_CHECK_FIBER(fiber);					\
	__FIBER_CHECK_CTX(ctx);						\
	switch (__fiber_enter(map, keyp, fiber##__map_flags | FIBER_F_TOKEN, \
			      &fiber##_counters, &__frame, &__word)) {	\
	case __FIBER_ENTER_RESUME:					\
		if (*(__u32 *)((void *)__frame +			\
			       __fiber_token_offset((const void *)(fiber))) == \
		    ((token) | __FIBER_TOKEN_SET)) {			\
			__verdict = __FIBER_RESUME(fiber,		\
				__fiber_kind(ctx), map, keyp, __frame,	\
				ctx, __verdict, __word, value);		\
		} else {						\
			__fiber_release(__frame, fiber##__map_flags, __word);		\
			__fiber_count(&fiber##_counters.stale);		\
		}							\
		break;							\
	case __FIBER_ENTER_START:					\
		if (__FIBER_IS_ARRAY(fiber))				\
			__fiber_release(__frame, fiber##__map_flags, FIBER_STATE_NONE);	\
		__fiber_count(&fiber##_counters.absent);		\
		break;							\
	case __FIBER_ENTER_NONE:					\
		break;							\
	}								\
	__verdict;							\
})

/**
 * fiber_spawn() - start a fiber under a key
 * @flags: FIBER_REFUSE: a fiber that is there stays, counted as exists;
 *	FIBER_REPLACE: it is destroyed first, as by fiber_destroy()
 */
#define fiber_spawn(map, fiber, keyp, ctx, flags, refused, args...)	\
	fiber_spawn_in(__fiber_kind(ctx), map, fiber, keyp, ctx, flags,	\
		       refused, ##args)

#define fiber_spawn_in(kind, map, fiber, keyp, ctx, flags, refused, args...) \
({									\
	long __verdict = (refused);					\
	struct fiber_header *__frame = 0;				\
	enum __fiber_spawn __spawn;					\
	__u32 __word = 0;						\
									\
	__FIBER_CHECK_MAP(map);						\
	__FIBER_CHECK_KEY(map, keyp);					\
	__FIBER_CHECK_CTX(ctx);						\
	__FIBER_CHECK_CALL(fiber, ctx, ##args);				\
	__spawn = __fiber_prepare_spawn(map, keyp, fiber##__map_flags,	\
			flags, __FIBER_IS_CANCELLABLE(fiber),		\
			&fiber##_counters, &__frame, &__word);		\
	if (__spawn == __FIBER_SPAWN_REPLACE) {				\
		if (__fiber_cancel((const void *)(fiber), __frame,	\
				   __word, keyp)) {			\
			__fiber_rt_busy(__frame, fiber##__map_flags, __word, \
					&fiber##_counters);		\
			__spawn = __FIBER_SPAWN_NONE;			\
		} else if (!__FIBER_IS_ARRAY(fiber)) {			\
			__fiber_delete(map, keyp, fiber##__map_flags,	\
				       &fiber##_counters);		\
		}							\
	}								\
	if (__spawn != __FIBER_SPAWN_NONE) {				\
		if (__FIBER_IS_ARRAY(fiber))				\
			__fiber_disarm((const void *)(fiber),		\
				       &__fiber_runtime, __frame);	\
		__verdict = __FIBER_START(fiber, kind, map, keyp,	\
				__FIBER_IS_ARRAY(fiber) ? __frame : 0,	\
				ctx, __verdict, 0,			\
				(flags) & FIBER_REPLACE ? FIBER_F_ANY : 0, \
				##args);				\
	}								\
	__verdict;							\
})

/**
 * fiber_destroy() - end a suspended fiber
 *
 * Its timer and work item are cancelled and what its frame owns is released
 * by the kernel.  The fiber's code does not run again, unless it is
 * FIBER_CANCELLABLE: then it runs once more, to its next await.
 *
 * Return: 0; -ENOENT if there is none; -EBUSY if it is running on another CPU.
 */
#define fiber_destroy(map, fiber, keyp)					\
({									\
	struct fiber_header *__frame = 0;				\
	long __err = -16; /* -EBUSY */					\
	__u32 __word;							\
									\
	__FIBER_CHECK_MAP(map);						\
	__FIBER_CHECK_KEY(map, keyp);					\
	__FIBER_CHECK_FIBER(fiber);					\
	switch (__fiber_enter(map, keyp, fiber##__map_flags,		\
			      &fiber##_counters, &__frame, &__word)) {	\
	case __FIBER_ENTER_RESUME:					\
		if (__fiber_cancel((const void *)(fiber), __frame,	\
				   __word, keyp)) {			\
			__fiber_rt_busy(__frame, fiber##__map_flags, __word, \
					&fiber##_counters);		\
			break;						\
		}							\
		if (__FIBER_IS_ARRAY(fiber)) {				\
			__fiber_disarm((const void *)(fiber),		\
				       &__fiber_runtime, __frame);	\
			__fiber_release(__frame, fiber##__map_flags, FIBER_STATE_NONE);	\
		} else {						\
			__fiber_delete(map, keyp, fiber##__map_flags,	\
				       &fiber##_counters);		\
		}							\
		__err = 0;						\
		break;							\
	case __FIBER_ENTER_START:					\
		if (__FIBER_IS_ARRAY(fiber))				\
			__fiber_release(__frame, fiber##__map_flags, FIBER_STATE_NONE);	\
		__err = -2; /* -ENOENT */				\
		break;							\
	case __FIBER_ENTER_NONE:					\
		if (!__frame)						\
			__err = -2;					\
		break;							\
	}								\
	__err;								\
})

#endif /* BPF_FIBER_VERBS_BPF_H */
