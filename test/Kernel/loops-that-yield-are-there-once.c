// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A fiber that a user thread starts enters a loop that yields through its
// resume function, in the same activation: with small variables in the header,
// an array, a timer armed before, an await between two loops, one of two loops,
// in maps of each kind. A loop that is not entered leaves nothing behind.
// RUN: %everywhere %s %t -fbpf-fiber-quantum=300
#include "kernel-test.h"

struct call {
	__u32 n;
};

#define SUMS(fiber)								\
FIBER int fiber(struct call *ctx)						\
{										\
	__u32 n = ctx->n;							\
	__u8 odd = n & 1, seen[4] = {};						\
	__u64 sum = 0;								\
										\
	for (__u32 i = 0; i < n; i++) {						\
		seen[i & 3] += 1 + odd;						\
		asm volatile("" : "+r"(sum));					\
		sum += i;							\
	}									\
	if (n == 77) {								\
		co_await next_packet(0);					\
		for (__u32 i = 0; i < 100; i++) {				\
			asm volatile("" : "+r"(sum));				\
			sum += odd;						\
		}								\
	}									\
	result = sum;								\
	touched = seen[0] + seen[1] + seen[2] + seen[3];			\
	co_return 5;								\
}										\
										\
SEC("syscall") int fiber##_call(struct call *ctx)				\
{										\
	__u32 key = 0;								\
										\
	return fiber_deliver(&fiber##_frames, fiber, &key, ctx, REFUSED);	\
}										\
struct call

__u64 result, touched;

FIBER_MAP(hashed_frames, hashed, BPF_MAP_TYPE_HASH, __u32, 1);
FIBER_MAP(lru_frames, lru, BPF_MAP_TYPE_LRU_HASH, __u32, 4);
FIBER_MAP(array_frames, array, BPF_MAP_TYPE_ARRAY, __u32, 1);
FIBER_LOCAL_MAP(local_frames, local, BPF_MAP_TYPE_HASH, __u32, 1);
FIBER_MAP(timed_frames, timed, BPF_MAP_TYPE_HASH, __u32, 1);

// DO: run hashed_call ctx=100 == -11
// DO: check hashed_frames[0].state == L*_yield
// DO: check #hashed_frames == 1
// DO: run hashed_call ctx=9 repeat=100
// DO: check result == 36
// DO: run hashed_call ctx=10 == 5
// DO: check touched == 10
// DO: check result == 45
// DO: check #hashed_frames == 0
// DO: run hashed_call ctx=0 == 5
// DO: check #hashed_frames == 0
// DO: run hashed_call ctx=77 == -11
SUMS(hashed);

// DO: run lru_call ctx=9 == 5
// DO: check touched == 18
// DO: check #lru_frames == 0
SUMS(lru);

// DO: run array_call ctx=100 == -11
// DO: check array_frames[0].state == L*_yield
// DO: check array_frames[0].i > 1
// DO: run array_call ctx=0 repeat=20
// DO: run array_call ctx=11 == 5
// DO: check touched == 22
// DO: check result == 55
// DO: check array_frames[0].state == 0
SUMS(array);

// DO: run local_call ctx=100 == -11
// DO: check local_frames[0].i > 1
// DO: run local_call ctx=0 repeat=20
// DO: run local_call ctx=11 == 5
// DO: check touched == 22
// DO: check result == 55
SUMS(local);

// DO: run timed_call ctx=5 == 0
// DO: wait timed_frames[0].state == L*_next_packet
// DO: run timed_call ctx=0 == 6
// DO: check result == 15
// DO: check touched == 16
// DO: check #timed_frames == 0
// DO: check timed_counters.aborted == 0
FIBER int timed(struct call *ctx)
{
	__u32 n = ctx->n;
	__u8 odd = n & 1, tag = ctx->n * 3;
	__u64 sum = 0;

	for (__u32 i = 0; i < n; i++) {
		asm volatile("" : "+r"(sum));
		sum += i + odd;
	}
	co_await sleep_ns(1000000);
	co_await next_packet(0);
	result = sum;
	touched = tag + odd;
	co_return 6;
}

SEC("syscall") int timed_call(struct call *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&timed_frames, timed, &key, ctx, REFUSED);
}

// DO: run either_call ctx=10 == 45
// DO: run either_call ctx=11 == 110
// DO: run either_call ctx=10 == 45
// DO: check #either_frames == 0
FIBER_MAP(either_frames, either, BPF_MAP_TYPE_HASH, __u32, 1);

FIBER int either(struct call *ctx)
{
	__u32 n = ctx->n, sum = 0;

	if (n & 1) {
		for (__u32 i = 0; i < n; i++) {
			asm volatile("" : "+r"(sum));
			sum += i * 2;
		}
	} else {
		for (__u32 i = 0; i < n; i++) {
			asm volatile("" : "+r"(sum));
			sum += i;
		}
	}
	co_return sum;
}

SEC("syscall") int either_call(struct call *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&either_frames, either, &key, ctx, REFUSED);
}
