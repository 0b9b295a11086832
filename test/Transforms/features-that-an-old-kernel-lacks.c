// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// -fbpf-fiber-kernel= names the oldest kernel that the object is to load on: what
// that one lacks is an error where it is used, with the version that has it; what
// it has is not, nor what is only done where the kernel said that it has it.
// RUN: %refused -fbpf-fiber-quantum=100 -fbpf-fiber-kernel=5.12 %s | FileCheck %s --implicit-check-not=error: --implicit-check-not=warning:
// RUN: %compile -Werror -fbpf-fiber-quantum=100 -fbpf-fiber-kernel=6.10 -c %s -o %t.o
// RUN: %compile -Werror -fbpf-fiber-quantum=100 -c %s -o %t.o
// RUN: %compile -Werror -fbpf-fiber-kernel=5.12 -DRIGHT -c %s -o %t.o
// RUN: %refused -fbpf-fiber-kernel=5.11 -DRIGHT %s | FileCheck --check-prefix=OLD %s
// RUN: %refused -mcpu=v4 -fbpf-fiber-kernel=6.5 -DRIGHT %s | FileCheck --check-prefix=CPU %s
// RUN: %compile -Werror -mcpu=v4 -fbpf-fiber-kernel=6.6 -DRIGHT -c %s -o %t.o
#include "fiber.h"

extern void bpf_rcu_read_lock(void) __weak __ksym;
extern void bpf_rcu_read_unlock(void) __weak __ksym;

FRAMES(f);

#ifndef RIGHT
// CHECK: .c:[[@LINE+1]]:{{[0-9]+}}: error: a program of section 'netfilter' needs Linux 6.4, and the object is to load on 5.12 [bpf-fiber-kernel]
SEC("netfilter") int filter(void *ctx)
{
	return 1;
}

struct {
	__uint(type, 33);
	__uint(max_entries, 1);
} pages SEC(".maps");
#endif

static __attribute__((unused)) long nothing(__u32 index, void *data)
{
	return 0;
}

// OLD: .c:[[@LINE+2]]:{{[0-9]+}}: error: a fiber, whose claim is an atomic fetch-or, needs Linux 5.12, and the object is to load on 5.11 [bpf-fiber-kernel]
// CPU: .c:[[@LINE+1]]:{{[0-9]+}}: error: -mcpu=v4 needs Linux 6.6, and the object is to load on 6.5 [bpf-fiber-kernel]
FIBER int f(struct xdp_md *ctx)
{
	__u32 sum = 0;
#ifndef RIGHT
	// CHECK: .c:[[@LINE+3]]:11: error: waiting for a time needs Linux 5.15, and the object is to load on 5.12 [bpf-fiber-kernel]
	// CHECK: note: compile with -fbpf-fiber-kernel=5.15
	// CHECK-NOT: bpf_timer
	co_await sleep_ns(1000);
	// CHECK: .c:[[@LINE+3]]:11: error: a work item needs Linux 6.10, and the object is to load on 5.12
	// CHECK: note: sleep_ns() goes on in a timer, which Linux has since 5.15; or compile with -fbpf-fiber-kernel=6.10
	// CHECK-NOT: bpf_wq
	co_await defer();
	// CHECK: .c:[[@LINE+2]]:2: error: bpf_loop() needs Linux 5.17
	// CHECK: note: call it only if bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_loop); or compile with -fbpf-fiber-kernel=5.17
	bpf_loop(3, nothing, 0, 0);
	// CHECK: .c:[[@LINE+2]]:2: error: bpf_rcu_read_lock() needs Linux 6.2
	// CHECK: note: declare it __weak and call it only if bpf_ksym_exists(bpf_rcu_read_lock)
	bpf_rcu_read_lock();
	// CHECK: .c:[[@LINE+1]]:2: error: bpf_rcu_read_unlock() needs Linux 6.2
	bpf_rcu_read_unlock();
	// CHECK: .c:[[@LINE+1]]:2: error: may_goto needs Linux 6.9
	asm volatile goto("may_goto %l[out]" :::: out);
out:
#endif
	// Asked first.
	if (bpf_rcu_read_lock && bpf_rcu_read_unlock) {
		bpf_rcu_read_lock();
		bpf_rcu_read_unlock();
	}
	co_await next_event(xdp, XDP_DROP);
	co_return sum ? XDP_DROP : XDP_PASS;
}

DELIVER_PACKETS(f);

// CHECK: .c:29:{{[0-9]+}}: error: map 'pages', a BPF_MAP_TYPE_ARENA, needs Linux 6.9
// CHECK: errors generated.
