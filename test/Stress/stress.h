/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the BPF program and the program of user space share. */
#ifndef STRESS_H
#define STRESS_H

/* Powers of two. Half of all verbs are for the hot ones. */
#define STRESS_KEYS	64
#define STRESS_HOT_KEYS	4
#define STRESS_CPUS	2

enum stress_wait {
	WAIT_FIRST,		/* of a fiber that has just started, as WAIT_PACKET */
	WAIT_PACKET,		/* a packet or a user's resume */
	WAIT_REPLY,		/* a user's reply or resume */
	WAIT_PACKET_OR_REPLY,
	WAIT_TIMEOUT,		/* a packet or the timer */
	WAIT_SLEEP,		/* the timer */
	WAIT_WORK,		/* the work item */
	WAIT_PACKET_OR_WORK,	/* a packet or the work item */
	STRESS_WAITS,
	LOOPING = STRESS_WAITS,	/* not an await: a loop with yield points */
};

/* In the order of FIBER_PACKET, FIBER_TIMEOUT, FIBER_WORK, FIBER_USER. */
enum stress_by {
	BY_PACKET,
	BY_TIMER,
	BY_WORK,
	BY_USER,
	BY_CANCEL,
	STRESS_BY,
};

/* What must never be. */
enum stress_wrong {
	WRONG_OVERLAP,		/* two activations of one fiber at once */
	WRONG_ORDER,		/* an activation twice, or of a fiber that has ended */
	WRONG_LOOP,		/* a preempted loop lost or repeated a round */
	WRONG_EARLY,		/* a sleep was too short */
	WRONG_RESULT,		/* an await or a verb gave what it cannot give */
	STRESS_WRONG,
};

/* One for each CPU, changed by atomic operations: a timer interrupts a work item. */
struct stress_counts {
	/* of the fibers */
	unsigned long long waits[STRESS_WAITS];
	unsigned long long woken[STRESS_WAITS][STRESS_BY];
	unsigned long long consumed;	/* sum of the values */
	unsigned long long no_room;	/* of yield_to_user(): it has not suspended */
	unsigned long long incomplete;	/* fibers without a timer or a work item */
	unsigned long long ended;
	unsigned long long loops;
	unsigned long long loops_done;
	unsigned long long preempted;	/* loops that yielded */
	unsigned long long finished_by_user; /* of those */
	unsigned long long wrong[STRESS_WRONG];
	/* of the verbs */
	unsigned long long started;
	unsigned long long ran;
	unsigned long long again;	/* in a loop before and afterwards */
	unsigned long long delivered;	/* sum of the values */
	unsigned long long refused;
	unsigned long long destroyed;
	unsigned long long destroy_busy;
	unsigned long long destroy_absent;
} __attribute__((aligned(64)));

/* What is known of the fiber under a key; changed by who runs it. */
struct stress_slot {
	unsigned long long id;
	unsigned int sequence;
	unsigned int inside;
	unsigned int rounds;
	unsigned int waiting;	/* enum stress_wait, or LOOPING */
} __attribute__((aligned(64)));

struct stress_shared {
	struct stress_counts counts[STRESS_CPUS];
	struct stress_slot slots[STRESS_KEYS];
	unsigned long long last_id;
	unsigned int is_cancellable;
	/* Set by user space: fibers wait for packets and users only, and do not end. */
	unsigned int draining;
};

/* Of the SYSCALL programs. */
struct stress_call {
	unsigned int key;
	unsigned int token;
	unsigned int value;
};

#endif /* STRESS_H */
