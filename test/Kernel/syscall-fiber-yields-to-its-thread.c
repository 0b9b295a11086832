// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A fiber run by a user thread that has used up its quantum returns -EAGAIN to
// the thread, which goes on with it when it likes; no work item is used.
// RUN: %everywhere %s %t -fbpf-fiber-quantum=200
#include "kernel-test.h"

FRAMES(counting);

struct call {
	__u32 n;
};

__u64 result;

// DO: run call ctx=1000000 == -11
// DO: check frames[0].state == L*_yield
// DO: check frames[0].i > 0
// DO: check frames[0].i < 1000
// DO: sleep 20
// DO: check frames[0].i < 1000
// DO: run call ctx=0 == -11
// DO: check frames[0].i < 2000
// DO: check result == 0
// DO: run destroy ctx=0 == 0
// DO: run call ctx=300 == -11
// DO: run call ctx=0 repeat=299
// DO: check result == 44850
// DO: run destroy ctx=0
FIBER int counting(struct call *ctx)
{
	__u32 n = ctx->n;
	__u64 sum = 0;

	for (__u32 i = 0; i < n; i++) {
		/* or LLVM knows the sum without a loop */
		asm volatile("" : "+r"(sum));
		sum += i;
	}
	if (n)
		result = sum;
	co_return 0;
}

SEC("syscall") int call(struct call *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&frames, counting, &key, ctx, REFUSED);
}

SEC("syscall") int destroy(struct call *ctx)
{
	__u32 key = 0;

	return fiber_destroy(&frames, counting, &key);
}
