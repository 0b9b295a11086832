/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* fuzz-abi.h - what the programs of the fuzzer share with their runner. */
#ifndef FUZZ_ABI_H
#define FUZZ_ABI_H

#define FZ_STEPS	128
#define FZ_TRACE	256
#define FZ_REFUSED	999
#define FZ_PACKET_A	16
#define FZ_PACKET_B	24

/* What a wait is ended by. */
enum { FZ_PACKET = 1, FZ_TIMER, FZ_WORK, FZ_USER, FZ_EVENT };

struct fz_step {
	__u64 value, a;
	__u32 b, other;
};

/* Context of the syscall programs; that of fz_fire begins with the same. */
struct fz_ctx {
	__u64 a;
	__u32 b, token;
};

struct fz_event {
	__u64 a;
	__u32 b, token;
};

struct fz {
	/* what is compared */
	__u64 hash, count, n;
	__s64 result;
	/* how it is run */
	__u32 done, started, oom;
	__s32 wakeup;
	__u64 value, aborted, references;
	/* after so many awaits: the last one is cancelled; it is all over */
	__u64 cancelled, over;
	__s32 pid;
	struct fz_step now;
	__u64 trace[FZ_TRACE];
	__s32 kind[FZ_STEPS];
	__s64 verdict[FZ_STEPS];
	/* what it is given */
	__u64 in[8], arg[2];
	struct fz_step script[FZ_STEPS];
};

#endif
