// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// An option that fibers need and that is missing is one error, which names it,
// and no object file. Only making code needs it.
// RUN: rm -f %t.o
// RUN: not %fiberc -mcpu=v3 -I %inputs -c %s -o %t.o 2>&1 | FileCheck --check-prefix=BOTH %s
// RUN: not %fiberc -mcpu=v3 -I %inputs -O2 -c %s -o %t.o 2>&1 | FileCheck --check-prefix=DEBUG %s
// RUN: not %fiberc -mcpu=v3 -I %inputs -O2 -gline-tables-only -c %s -o %t.o 2>&1 | FileCheck --check-prefix=LINES %s
// RUN: not %fiberc -mcpu=v3 -I %inputs -g -c %s -o %t.o 2>&1 | FileCheck --check-prefix=OPT %s
// RUN: not %fiberc -mcpu=v3 -I %inputs -O0 -g -S %s -o %t.o 2>&1 | FileCheck --check-prefix=OPT %s
// RUN: not %fiberc -mcpu=v3 -I %inputs -O2 -g -DOPTNONE -c %s -o %t.o 2>&1 | FileCheck --check-prefix=NONE %s
// RUN: not %fiberc -I %inputs -O2 -g -mcpu=v1 -emit-llvm -c %s -o %t.o 2>&1 | FileCheck --check-prefix=V1 %s
// RUN: not %fiberc -I %inputs -O2 -g -mcpu=v3 -Xclang -target-feature -Xclang -alu32 -c %s -o %t.o 2>&1 | FileCheck --check-prefix=ALU %s
// RUN: not test -e %t.o
// RUN: not %fiberc -mcpu=v3 -I %inputs -O2 -g -x c++ -DCPLUSPLUS -c %s -o %t.o 2>&1 | FileCheck --check-prefix=CXX %s
//
// RUN: %fiberc -I %inputs -fsyntax-only -mcpu=v1 %s 2>&1 | count 0
// RUN: %fiberc -I %inputs -E -mcpu=v1 %s -o /dev/null 2>&1 | count 0
// RUN: %fiberc -I %inputs -O2 -g -mcpu=v2 -c %s -o %t.o 2>&1 | count 0
// RUN: %fiberc -I %inputs -O2 -mcpu=v1 -DNONE -c %s -o %t.o 2>&1 | count 0
//
// BOTH: missing-options.c:[[#@LINE+25]]:11: error: fiber 'waits' needs debug info and optimization: compile with -O2 -g [bpf-fiber-needs-debug-info]
// BOTH: note: the frame that keeps its variables gets their names and types from the debug info
// BOTH: note: awaitables have to be inlined
// BOTH: 1 error generated
// DEBUG: missing-options.c:[[#@LINE+21]]:11: error: fiber 'waits' needs debug info: compile with -g [bpf-fiber-needs-debug-info]
// DEBUG: 1 error generated
// LINES: error: fiber 'waits' needs full debug info, not only line tables: compile with -g
// LINES: 1 error generated
// OPT: error: fiber 'waits' cannot be compiled at -O0: compile with -O2, or with -O1, -O3, -Os, -Og [bpf-fiber-needs-optimization]
// OPT: 1 error generated
// NONE: error: fiber 'waits' cannot be compiled with 'optnone' [bpf-fiber-needs-optimization]
// V1: error: fiber 'waits' needs atomic instructions that -mcpu=v1 does not have: compile with -mcpu=v3 or -mcpu=v4 [bpf-fiber-needs-cpu-v3]
// V1: 1 error generated
// ALU: error: fiber 'waits' needs atomic instructions that -alu32 does not have
// CXX: error: fiber 'cxx' is not in a C file: fibers are written in C [bpf-fiber-needs-c]
#ifdef CPLUSPLUS
static __attribute__((annotate("bpf_fiber"))) int cxx(void *ctx) { return 0; }
void *use = (void *)cxx;
#else
#include "fiber.h"

#ifdef OPTNONE
__attribute__((optnone))
#endif
#ifndef NONE
FIBER int waits(struct xdp_md *ctx)
{
	co_await next_packet(XDP_PASS);
	co_return XDP_DROP;
}
RUN(waits);

FIBER int second(struct xdp_md *ctx)
{
	co_await next_packet(XDP_PASS);
	co_return XDP_DROP;
}
RUN(second);
#endif
#endif
