// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A fiber may run other fibers, but not, through them, itself: the cycle is
// printed, and nothing is written.
// RUN: rm -f %t.o
// RUN: not %fiberc -g -O2 -mcpu=v3 -I%vmlinux_dir -DCYCLE -c %s -o %t.o 2>&1 | FileCheck %s
// RUN: test ! -e %t.o
// RUN: %fiberc -g -O2 -mcpu=v3 -I%vmlinux_dir -c %s -o %t.o
#include "vmlinux.h"
#include <bpf_fiber/fiber.bpf.h>
FIBER_MAP(as, a, BPF_MAP_TYPE_HASH, __u32, 8);
FIBER_MAP(bs, b, BPF_MAP_TYPE_HASH, __u32, 8);
FIBER int b(struct xdp_md *ctx);
FIBER int a(struct xdp_md *ctx)
{
	__u32 k = 0;
	co_await next_packet(1);
	fiber_spawn(&bs, b, &k, ctx, FIBER_REFUSE, 0);
	co_return 2;
}
FIBER int b(struct xdp_md *ctx)
{
	__u32 k = 0;
#ifdef CYCLE
	fiber_resume(&as, a, &k, ctx, 0);
#endif
	co_await next_packet(1);
	co_return 2;
}
SEC("xdp") int prog(struct xdp_md *ctx)
{
	__u32 k = 0;
	fiber_resume(&bs, b, &k, ctx, 0);
	return fiber_deliver(&as, a, &k, ctx, 0);
}
char _license[] SEC("license") = "GPL";

// CHECK: error: fiber 'b' runs itself [bpf-fiber-recursion]
// CHECK: note: fiber 'b' runs fiber 'a' here
// CHECK: note: fiber 'a' runs fiber 'b' here
// CHECK: 1 error generated
