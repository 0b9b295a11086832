// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A source without fibers compiles to the same object, with the same messages,
// whatever in it looks like something of ours.
// RUN: %clang -target bpf -O2 -g -Weverything -c %s -o %t.clang.o 2> %t.clang.txt
// RUN: %fiberc -O2 -g -Weverything -c %s -o %t.fiberc.o 2> %t.fiberc.txt
// RUN: cmp %t.clang.o %t.fiberc.o
// RUN: diff %t.clang.txt %t.fiberc.txt
// RUN: FileCheck --input-file=%t.fiberc.txt %s
// CHECK: warning: function 'never_called' is not needed
//
// The same with the command line in the object, by cc1's own option.
// RUN: %clang -target bpf -O2 -g -grecord-command-line -Xclang -fembed-bitcode=all -c %s -o %t.o 2> /dev/null
// RUN: cp %t.o %t.clang.o
// RUN: %fiberc -O2 -g -grecord-command-line -Xclang -fembed-bitcode=all -c %s -o %t.o 2> /dev/null
// RUN: cmp %t.clang.o %t.o

#define co_await __extension__

int co_return(int fiber_spawn);
extern long __fiber_suspended(const char *kinds);

__attribute__((annotate("bpf_fibers"), section("xdp")))
int co_return(int fiber_spawn)
{
	int (*self)(int) = co_return;
	int order = fiber_spawn++ + (co_await __fiber_suspended("home"), 1);

	return co_await fiber_spawn + sizeof(co_await self) + order;
}

static int never_called(void)
{
	return co_await never_called();
}
