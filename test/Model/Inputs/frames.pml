/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/*
 * frames.pml - the life of frames in a hash map (runtime/bpf/runtime.bpf.h),
 * for Spin.
 *
 * CPUS processors make VERBS calls of fiber_deliver(), fiber_destroy() or
 * fiber_spawn() together, for any of KEYS keys, the first of which has a fiber
 * from the beginning, while a kernel thread runs work items and timers fire. The
 * fiber does at each activation what it likes: it waits for a
 * packet, for its work item or for its timer, or ends. The map has SLOTS
 * elements, and hands one that is freed to the next insertion at once.
 *
 * A statement is one access to what processors share. What must hold:
 *
 *  - a frame is run by one processor at a time,
 *  - under the key that it was looked up by,
 *  - with the values that were saved in it,
 *  - by a timer not before its time,
 *  - and when nothing can happen any more no fiber waits for a work item or a
 *    timer: no wake-up has been lost.
 *
 * BUG_... leaves out or exchanges one thing, and something of this is violated;
 * search.sh tries them all. Outside the model: elements that user space
 * deletes, an LRU map evicts, or whose words somebody has written into.
 */

#ifndef CPUS
#define CPUS	2
#endif
#ifndef VERBS
#define VERBS	3
#endif
#ifndef KEYS
#define KEYS	2
#endif
#ifndef SLOTS
#define SLOTS	1
#endif
#ifndef LAST
#define LAST	3	/* the latest time; it is 1 */
#endif

/* States of a frame */
#define NONE	0
#define PACKET	1
#define WORK	2
#define SLEEP	3

/* Of each slot: its element. */
typedef element {
	bit used;		/* not on the free list */
	bit claim;
	byte state;
	byte saved;		/* what the suspend has saved: its state, again */
	byte wake_time;
	bit wq;			/* the work item is queued */
	bit timer;		/* the timer is queued, */
	byte due;		/* for then */
	/* For the assertions only. */
	bit running;
	byte key;
	byte wait_ends;
}

element e[SLOTS];
byte at[KEYS];			/* a key's slot + 1, or 0 */
byte deleting, deleted;		/* c->generation */
byte now = 1;
byte callers = CPUS, verbs = VERBS;

#define NOWHERE	255

/* bpf_map_lookup_elem() */
inline lookup(k, s)
{
	s = (at[k] -> at[k] - 1 : NOWHERE)
}

/* bpf_map_update_elem(BPF_NOEXIST): the value is copied, then linked. */
inline insert(k, s, new_state, new_claim, err)
{
	atomic {
		err = 1;
		s = 0;
		do
		:: s < SLOTS && e[s].used -> s++
		:: else -> break
		od;
		if
		:: s < SLOTS && !at[k] ->
			err = 0;
			e[s].used = 1;
			e[s].key = k;
			e[s].claim = new_claim;
			e[s].state = new_state;
			e[s].saved = new_state;
			e[s].wake_time = 0;
			e[s].wait_ends = 0;
		:: else
		fi
	}
	if
	:: !err ->
		atomic {
			if
			:: !at[k] -> at[k] = s + 1
			:: else -> e[s].used = 0; err = 1
			fi
		}
	:: else
	fi
}

/* bpf_map_delete_elem(): unlinked, its timer and work item ended, freed. */
inline delete_elem(k, s)
{
	atomic {
		s = (at[k] -> at[k] - 1 : NOWHERE);
		at[k] = 0
	}
	if
	:: s != NOWHERE ->
		atomic { e[s].timer = 0; e[s].wq = 0; }
		atomic { e[s].used = 0; e[s].running = 0; }
	:: else
	fi
}

/* Give what was there, the claim in busy and the state in word. */
inline take(s, busy, word)
{
#ifdef BUG_CLAIM_IS_NOT_ATOMIC
	atomic { busy = e[s].claim; word = e[s].state; }
	e[s].claim = 1
#else
	atomic { busy = e[s].claim; word = e[s].state; e[s].claim = 1; }
#endif
}

inline release(s, next)
{
	atomic { e[s].claim = 0; e[s].state = next; }
}

inline begin_running(s, k, word)
{
	atomic {
		assert(!e[s].running);
		assert(e[s].key == k);
		e[s].running = 1;
	}
	/* What the last activation has saved is there. */
	assert(e[s].saved == word)
}

/* __fiber_delete() */
inline delete(k, s)
{
#ifdef BUG_DELETION_IS_COUNTED_AFTERWARDS
	delete_elem(k, s);
	deleted++
#else
	deleting++;
	delete_elem(k, s);
	atomic { deleting--; deleted++; }
#endif
}

/* bpf_wq_start() */
inline queue_work(s, k)
{
	atomic {
		assert(e[s].used && e[s].key == k);
		e[s].wq = 1;
	}
}

/* An activation of a claimed frame, to its next suspend point or its end. */
inline activate(s, k, gone)
{
	if
	:: true -> /* waits for a packet */
		suspend(s, PACKET)
	:: true -> /* defer() */
#ifdef BUG_ARMED_BEHIND_THE_RELEASE
		suspend(s, WORK);
		queue_work(s, k)
#else
		queue_work(s, k);
		suspend(s, WORK)
#endif
	:: atomic { now < LAST -> /* a packet or a timeout */
			e[s].wait_ends = now + 1;
			e[s].wake_time = now + 1; }
		atomic { e[s].timer = 1; e[s].due = e[s].wait_ends; }
		suspend(s, SLEEP)
	:: true -> /* co_return */
		delete(k, gone)
	fi
}

inline suspend(s, next)
{
#ifdef BUG_RELEASED_BEFORE_IT_IS_SAVED
	e[s].running = 0;
	release(s, next);
	e[s].saved = next
#else
	e[s].saved = next;
	e[s].running = 0;
	release(s, next)
#endif
}

/* __fiber_enter(): s is the claimed frame, or NOWHERE if there is none or it is refused. */
inline enter(k, s, word, refused)
{
	refused = 0;
#ifndef BUG_GENERATION_IS_READ_LATE
	atomic { old = deleted; quiet = !deleting; }
#endif
	lookup(k, s);
#ifdef BUG_GENERATION_IS_READ_LATE
	atomic { old = deleted; quiet = !deleting; }
#endif
	if
	:: s == NOWHERE
	:: else ->
		take(s, busy, word);
		if
		:: busy -> refused = 1; s = NOWHERE
#ifdef BUG_GENERATION_IS_NOT_COMPARED
		:: else
#else
		:: else ->
			atomic { quiet = quiet && !deleting && old == deleted; }
			if
			:: quiet
			:: else ->
				lookup(k, again);
				if
				:: again == s
				:: else ->
#ifdef BUG_STRANGER_IS_NOT_RELEASED
#else
					release(s, word);
#endif
					refused = 1;
					s = NOWHERE
				fi
			fi
#endif
		fi
	fi
}

inline deliver(k)
{
	enter(k, s, word, refused);
	if
	:: s != NOWHERE ->
		begin_running(s, k, word);
		activate(s, k, gone)
	:: s == NOWHERE && !refused -> /* none there: starts */
		if
		:: insert(k, s, PACKET, 0, err) /* a complete image */
		:: insert(k, s, NONE, 1, err); /* to be armed in its place */
			if
			:: !err ->
				begin_running(s, k, NONE);
				activate(s, k, gone)
			:: else
			fi
		fi
	:: else
	fi
}

inline destroy(k)
{
#ifdef BUG_DESTROYED_WITHOUT_CLAIM
	delete(k, gone)
#else
	enter(k, s, word, refused);
	if
	:: s != NOWHERE ->
		assert(e[s].key == k && !e[s].running);
		delete(k, gone)
	:: else
	fi
#endif
}

/* fiber_spawn(FIBER_REPLACE) */
inline replace(k)
{
	enter(k, s, word, refused);
	if
	:: refused
	:: else ->
		if
		:: s != NOWHERE ->
			assert(e[s].key == k && !e[s].running);
			delete(k, gone)
		:: else
		fi;
		insert(k, s, PACKET, 0, err)
	fi
}

proctype cpu()
{
	byte k, s, again, word, gone, old;
	bit busy, refused, err, quiet;

	do
	:: atomic { verbs -> verbs--; }
		select(k : 0 .. KEYS - 1);
		if
		:: deliver(k)
		:: destroy(k)
		:: replace(k)
		fi;
		atomic { s = 0; again = 0; word = 0; gone = 0; old = 0; busy = 0;
			 refused = 0; err = 0; quiet = 0; }
	:: else -> break
	od;
	callers--
}

/* The callback of a work item, that of a slot at a time. */
proctype works(byte s)
{
	byte k, word, gone;
	bit busy;

end:	do
	:: atomic { e[s].wq -> e[s].wq = 0; }
		take(s, busy, word);
		if
		:: busy ->
#ifndef BUG_CALLBACK_GIVES_UP
			e[s].wq = 1
#endif
		:: else ->
			if
			:: word == WORK ->
				k = e[s].key; /* an argument of the callback */
				begin_running(s, k, word);
				activate(s, k, gone)
			:: else ->
#ifdef BUG_NOT_WAITING_IS_FORGOTTEN
				release(s, NONE)
#else
				release(s, word)
#endif
			fi
		fi;
		atomic { k = 0; word = 0; gone = 0; busy = 0; }
	od
}

/* The callback of a timer, __fiber_rt_timer_fired(). */
proctype fires(byte s)
{
	byte k, word, gone;
	bit busy;

end:	do
	:: atomic { e[s].timer && e[s].due <= now -> e[s].timer = 0; }
		take(s, busy, word);
		if
		:: busy ->
#ifndef BUG_TIMER_GIVES_UP
			atomic { e[s].timer = 1; e[s].due = now; }
#endif
#ifndef BUG_WAKE_TIME_IS_IGNORED
		:: !busy && now < e[s].wake_time ->
			atomic { e[s].timer = 1; e[s].due = e[s].wake_time; }
			release(s, word)
#endif
		:: else ->
			e[s].wake_time = 0;
			if
			:: word == SLEEP ->
				assert(e[s].wait_ends <= now);
				k = e[s].key;
				begin_running(s, k, word);
				activate(s, k, gone)
			:: else -> release(s, word)
			fi
		fi;
		atomic { k = 0; word = 0; gone = 0; busy = 0; }
	od
}

proctype clock()
{
	do
	:: now < LAST -> now++
	:: else -> break
	od
}

/* When nothing can happen any more. */
proctype judge()
{
	byte s;

	timeout;
	assert(!callers);
	atomic {
		do
		:: s < SLOTS ->
			assert(!e[s].running);
			assert(!e[s].used || !e[s].claim);
			assert(!e[s].used || e[s].state != NONE);
			assert(!e[s].used || e[s].state != WORK);
			assert(!e[s].used || e[s].state != SLEEP);
			s++
		:: else -> break
		od
	}
}

init {
	byte n;

	atomic {
		at[0] = 1;
		e[0].used = 1;
		e[0].state = PACKET;
		e[0].saved = PACKET;
		do
		:: n < CPUS -> run cpu(); n++
		:: else -> break
		od;
		n = 0;
		do
		:: n < SLOTS -> run works(n); run fires(n); n++
		:: else -> break
		od;
		run clock();
		run judge();
	}
}
