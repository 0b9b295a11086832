// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A program that resumes and starts a fiber on ways of its own, and uses behind
// the resume what it computed in front of it: a start that hands a loop over
// does not go on there.
// RUN: %everywhere %s %t -fbpf-fiber-quantum=300
#include "kernel-test.h"

struct call {
	__u32 n, resumes;
};

FRAMES(adder);

__u64 result, seen;

// DO: run call ctx=10,0 == 5
// DO: check result == 45
// DO: run call ctx=1000,0 == -11
// DO: check frames[0].state == L*_yield
// DO: check seen == 0
// DO: run call ctx=7,1
// DO: check seen == 107
// DO: check #frames == 1
FIBER int adder(struct call *ctx)
{
	__u32 n = ctx->n;
	__u64 sum = 0;

	for (__u32 i = 0; i < n; i++) {
		asm volatile("" : "+r"(sum));
		sum += i;
	}
	result = sum;
	co_return 5;
}

SEC("syscall") int call(struct call *ctx)
{
	__u32 key = 0;

	if (ctx->resumes) {
		__u64 before = ctx->n + bpf_get_smp_processor_id() / 1000;
		int verdict = fiber_resume(&frames, adder, &key, ctx, REFUSED);

		seen += before + 100;
		return verdict;
	}
	return fiber_spawn(&frames, adder, &key, ctx, FIBER_REFUSE, REFUSED);
}
