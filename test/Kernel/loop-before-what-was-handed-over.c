// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What a verb has handed over is there in a loop and behind it, with a quantum
// too: as a work item has no value, such a loop has no yield point.
// RUN: not %fiberc -mcpu=v3 -O2 -g -Werror -I%vmlinux_dir -I%S/Inputs -fbpf-fiber-quantum=10 -c %s -o %t.o 2>&1 | FileCheck %s
// RUN: %everywhere %s %t -fbpf-fiber-quantum=10 -w
// CHECK: [[# @LINE + 22]]:2: error: this loop of fiber 'adding' is not preempted by -fbpf-fiber-quantum [{{.*}}bpf-fiber-loop-without-yield{{.*}}]
// CHECK: [[# @LINE + 22]]:{{.*}} note: what a verb handed over, which a work item does not have, is used in or behind it: copy what you need before the loop
#include "kernel-test.h"

struct numbers {
	__u32 n;
	__u8 numbers[16];
};

FRAMES(adding);

__u64 sums, heads, waits;

// DO: run deliver port=3 == 33
// DO: check sums == 6
// DO: run deliver port=2 == 4
// DO: check sums == 9
FIBER int adding(struct xdp_md *ctx)
{
	struct numbers *numbers;
	__u32 sum = 0;

	for (int i = 0; i < 16; i++) {
		numbers = (struct numbers *)fiber_value();
		if (i > numbers->n)
			break;
		sum += numbers->numbers[i];
	}
	sums += sum;
	co_await next_packet(fiber_value() ? 33 : 0);
	sum = 1;
	for (int i = 0; i < 32; i++)
		sum = sum * 3 + 1;
	heads += sum;
	numbers = (struct numbers *)fiber_value();
	sums += numbers->numbers[2] + 1;
	co_return numbers->n + 2;
}

SEC("xdp") int deliver(struct xdp_md *ctx)
{
	struct numbers numbers = { .n = number(ctx), .numbers = { 0, 1, 2, 3, 4 } };
	__u32 key = 0;

	return fiber_deliver_with(&frames, adding, &key, ctx, REFUSED, &numbers);
}
