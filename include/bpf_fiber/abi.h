/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause OR Apache-2.0 WITH LLVM-exception */
/*
 * abi.h - what the compiler, the in-kernel runtime and user space must agree on.
 *
 * The layout of a frame's header, the numbers that co_await returns and the
 * records that pass between kernel and user space exist once, here.  The
 * lowering passes (C++), BPF programs (C) and user programs (C) all include
 * this file; each side holds it with static assertions.
 *
 * Nothing here includes another header, because BPF programs take their
 * integer types from vmlinux.h and everybody else takes them from
 * <linux/types.h>.  Include one of them first.
 */
#ifndef BPF_FIBER_ABI_H
#define BPF_FIBER_ABI_H

/*
 * The first word of every frame.
 *
 *	31      30 .................. 16 15 ............................ 0
 *	claim   zero                      state: 0 none, else a suspend point
 *
 * or, in fibers whose frame is smaller for it:
 *
 *	31      30 .. 24 23 ........ 16 15 ......... 8 7 .............. 0
 *	claim   zero     small variable small variable state
 *
 * BTF says which: the member "state" has 4 bytes or 1.  Frames that nobody
 * claims (FIBER_LOCAL_MAP()) and that wait in one place only may have no header.
 *
 * A frame is run only by who turned the claim bit from 0 to 1 with an atomic
 * fetch-or.  It is released by an atomic exchange with the next state, which
 * is a full barrier on every architecture: whoever claims the frame next sees
 * every slot that was stored before.  While the claim bit is set nobody else
 * reads or writes the frame, and only its holder may delete it.
 */
#define FIBER_CLAIM		0x80000000u
#define FIBER_STATE_MASK	0x0000ffffu
#define FIBER_SMALL_STATE_MASK	0x000000ffu
#define FIBER_HEADER_BYTES	2	/* for variables, beside a state of 1 byte */
#define FIBER_STATE_NONE	0u	/* not started, or finished (ARRAY maps) */
#define FIBER_HEADER_SIZE	4

/* What co_await gives for a wake-up that brought no value of its own. */
#define FIBER_PACKET	0	/* a packet at an XDP or tc hook */
#define FIBER_TIMEOUT	1	/* the fiber's timer */
#define FIBER_WORK	2	/* the fiber's work item */
#define FIBER_USER	3	/* a SYSCALL program run by user space */
#define FIBER_EVENT	4	/* a context declared with FIBER_CONTEXT() */
#define FIBER_CANCELED	(-125)	/* -ECANCELED: fiber_destroy(), see FIBER_CANCELLABLE */

/*
 * A verdict that means "the fiber keeps what this activation was about":
 * XDP_DROP in XDP, TC_ACT_STOLEN in tc, 0 elsewhere.  Replaced by the compiler
 * in each resume function; outside of every hook's range of verdicts.
 */
#define FIBER_CONSUME	0x4649424552000000LL

/* What the verbs tell the compiler of a map, see FIBER_MAP(). */
#define FIBER_F_ARRAY	1	/* frames exist from the beginning */
#define FIBER_F_LOCAL	2	/* FIBER_LOCAL_MAP() */
#define FIBER_F_ANY	4	/* the frame that is there may be overwritten */
#define FIBER_F_TOKEN	8	/* the caller compares the frame's token */
#define FIBER_F_NO_STATE 16	/* the frame has no header */

/* Flags of fiber_spawn(). */
#define FIBER_REFUSE	0	/* a fiber that is there stays */
#define FIBER_REPLACE	1	/* a fiber that is there is destroyed */

/**
 * struct fiber_counters - one per fiber, in the object's .bss, named <fiber>_counters
 * @generation: deletions of frames, those in progress in the lower 24 bits and
 *	those that have ended above; read around a claim, see __fiber_enter()
 * @busy: activations refused because the fiber was running on another CPU
 * @full: fibers that could not suspend because the map had no room
 * @exists: fiber_spawn() found one and was not told to replace it, or another
 *	CPU started the same fiber first; directly behind @full
 * @absent: fiber_resume() found no fiber
 * @not_waiting: the fiber was suspended, but not for this kind of wake-up
 * @stale: fiber_reply() came with a token of an earlier wait
 * @aborted: a frame held what the compiler had proved impossible
 */
struct fiber_counters {
	__s64 generation;
	__u64 busy;
	__u64 full;
	__u64 exists;
	__u64 absent;
	__u64 not_waiting;
	__u64 stale;
	__u64 aborted;
};

/**
 * struct fiber_event - the record that yield_to_user() puts into fiber_events
 * @token: names this wait of this fiber; hand it back with fiber_reply()
 * @key_size: bytes in @key
 * @key: the fiber's key in its map
 */
struct fiber_event {
	__u32 token;
	__u32 key_size;
	__u8 key[];
};

#endif /* BPF_FIBER_ABI_H */
