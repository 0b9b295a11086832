// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The BTF type tag of a reference that a map value owns was renamed in Linux 6.4,
// and no kernel knows both names: -fbpf-fiber-kernel= decides which one, and what
// is for older kernels is said not to load on newer ones. Before 5.19 there was
// none.
// RUN: %compile -fbpf-fiber-kernel=6.3 -S -emit-llvm %s -o %t.old.ll 2> %t.err
// RUN: FileCheck --check-prefix=WARN %s --input-file=%t.err
// RUN: FileCheck --check-prefix=OLD %s --input-file=%t.old.ll
// RUN: %compile -Werror -fbpf-fiber-kernel=6.4 -S -emit-llvm %s -o %t.new.ll
// RUN: FileCheck --check-prefix=NEW %s --input-file=%t.new.ll
// RUN: %compile -Werror -S -emit-llvm %s -o - | FileCheck --check-prefix=NEW %s
// RUN: %compile -Werror -fbpf-fiber-kernel=5.18 -DRIGHT -c %s -o %t.o
// RUN: %refused -fbpf-fiber-kernel=5.18 %s | FileCheck %s --implicit-check-not=error:
#include "fiber.h"

struct thing;

// What a kernel module may have had at any time.
extern struct thing *thing_acquire(void) __ksym;
extern void thing_release(struct thing *thing) __ksym;
FIBER_REFERENCE(thing_acquire, thing_release);

struct thing {
	int weight;
};

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
	struct thing *thing = thing_acquire();
	int weight;

	if (!thing)
		co_return XDP_DROP;
#ifdef RIGHT
	weight = thing->weight;
	thing_release(thing);
	co_await next_packet(XDP_DROP);
#else
	// CHECK: .c:[[@LINE+4]]:11: error: owning a kernel reference at a co_await needs Linux 5.19, and the object is to load on 5.18 [bpf-fiber-kernel]
	// CHECK: note: release it before the co_await; or compile with -fbpf-fiber-kernel=5.19
	// WARN: .c:[[@LINE+2]]:11: warning: the object loads only on kernels before Linux 6.4, because fiber 'f' owns a kernel reference at this co_await [bpf-fiber-kernel]
	// WARN: note: the BTF type tag of owned references, kptr_ref, was renamed then
	co_await next_packet(XDP_DROP);
	weight = thing->weight;
	thing_release(thing);
#endif
	co_return weight;
}

DELIVER_PACKETS(f);

// OLD: !{!"btf_type_tag", !"kptr_ref"}
// NEW: !{!"btf_type_tag", !"kptr"}
