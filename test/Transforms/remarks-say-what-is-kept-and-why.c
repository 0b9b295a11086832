// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// -Rpass=bpf-fiber says what a frame takes and what was saved, -Rpass-analysis=
// what is in it and why, -Rpass-missed= what takes more than it has to. Each at
// its line, each only if its name is asked for, and the code is the same.
// RUN: %compile -Rpass=bpf-fiber -Rpass-missed=bpf-fiber -Rpass-analysis=bpf-fiber -c %s -o %t.o 2>&1 | FileCheck %s --implicit-check-not=remark:
// RUN: %compile -Rpass=bpf-f -Rpass-missed='^fiber$' -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=PASSED --implicit-check-not=remark:
// RUN: %compile -c %s -o %t.silent.o 2>&1 | count 0
// RUN: cmp %t.o %t.silent.o
//
// A record has them too, with numbers and places.
// RUN: rm -f %t.opt.yaml
// RUN: %compile -fsave-optimization-record -foptimization-record-passes=bpf-fiber -c %s -o %t.o
// RUN: grep '^Pass:' %t.opt.yaml | sort -u | FileCheck %s --check-prefix=PASSES
// RUN: FileCheck %s --check-prefix=RECORD --input-file=%t.opt.yaml
#include "fiber.h"

FRAMES(f);
int fill(void *to) __ksym;
__u64 count(void) __ksym;

FIBER int f(struct xdp_md *ctx)
{
	__u32 early = ctx->rx_queue_index, other = ctx->ingress_ifindex;
	char buffer[20];
	__u64 late;

	fill(buffer);
	co_await next_packet(0);
	fill(buffer);
	if (ctx->rx_queue_index == early && ctx->ingress_ifindex == other)
		co_return 1;
	late = count();
	co_await next_packet(0);
	co_return late > 5;
}

DELIVER_PACKETS(f);

// CHECK: .c:[[#FIBER:]]:1: remark: fiber 'f' has a frame of 32 bytes and 2 suspend points [-Rpass=bpf-fiber]
// CHECK: .c:[[#FIBER]]:1: remark: 8 bytes of the frame of fiber 'f' are saved, because members that are never needed together share bytes: 'other', 'late', 'buffer' [-Rpass=bpf-fiber]
// CHECK: .c:[[#FIBER+6]]:2: remark: 'buffer' is in the frame as a whole, 20 bytes, because its address is passed to 'fill()' [-Rpass-missed=bpf-fiber]
// CHECK: .c:[[#FIBER+7]]:11: remark: 'early' takes 4 bytes of the frame across this co_await: defined at line [[#FIBER+2]], used at line [[#FIBER+9]] [-Rpass-analysis=bpf-fiber]
// CHECK: .c:[[#FIBER+7]]:11: remark: 'other' takes 4 bytes of the frame across this co_await: defined at line [[#FIBER+2]], used at line [[#FIBER+9]] [-Rpass-analysis=bpf-fiber]
// CHECK: .c:[[#FIBER+7]]:11: remark: 'buffer' takes 20 bytes of the frame across this co_await: declared at line [[#FIBER+3]], used at line [[#FIBER+8]] [-Rpass-analysis=bpf-fiber]
// CHECK: .c:[[#FIBER+12]]:11: remark: 'late' takes 8 bytes of the frame across this co_await: defined at line [[#FIBER+11]], used at line [[#FIBER+13]] [-Rpass-analysis=bpf-fiber]
//
// PASSED: remark: fiber 'f' has a frame of
// PASSED: remark: {{[0-9]+}} bytes of the frame of fiber 'f' are saved
//
// PASSES: Pass: bpf-fiber
// PASSES-NOT: Pass:
//
// RECORD: --- !Passed
// RECORD: Name: Frame
// RECORD: Line: [[#FIBER:]], Column:
// RECORD: - Fiber: f
// RECORD: - Bytes: '32'
// RECORD: - SuspendPoints: '2'
// RECORD: Name: Kept
// RECORD: - Member: early
// RECORD: - Used: line [[#FIBER+9]]
// RECORD-NEXT: DebugLoc:
// RECORD: Line: [[#FIBER+9]], Column:
