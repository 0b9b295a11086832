// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A fiber has one map, is started in one kind of context, and waits for kinds
// that are known.
// RUN: %refused %s | FileCheck %s --implicit-check-not=error: --implicit-check-not=warning:
// RUN: %compile -Werror -DRIGHT -c %s -o %t.o
#include "fiber.h"

FRAMES(two_maps);
FRAMES(two_homes);
FRAMES(no_constant);
FRAMES(no_kind);
FRAMES(passed_on);

FIBER int two_maps(struct xdp_md *ctx)
{
	co_await next_packet(XDP_DROP);
	co_return XDP_PASS;
}
DELIVER_PACKETS(two_maps);

SEC("xdp") int other_map(struct xdp_md *ctx)
{
	__u32 key = 0;

#ifdef RIGHT
	return fiber_resume(&two_maps_frames, two_maps, &key, ctx, XDP_PASS);
#else
	// CHECK-DAG: fiber-has-one-map-and-one-home.c:[[@LINE+2]]:9: error: fiber 'two_maps' is used with map 'two_homes_frames' here and with 'two_maps_frames' elsewhere [bpf-fiber-two-maps]
	// CHECK-DAG: fiber-has-one-map-and-one-home.c:[[@LINE+1]]:9: note: a fiber has one FIBER_MAP()
	return fiber_resume(&two_homes_frames, two_maps, &key, ctx, XDP_PASS);
#endif
}

FIBER int two_homes(struct xdp_md *ctx)
{
	co_await next_packet(XDP_DROP);
	co_await next_event(tc, XDP_DROP);
	co_return XDP_PASS;
}
DELIVER_PACKETS(two_homes);

SEC("tc") int other_home(struct __sk_buff *ctx)
{
	__u32 key = 0;

#ifdef RIGHT
	return fiber_resume(&two_homes_frames, two_homes, &key, ctx, 0);
#else
	// CHECK-DAG: fiber-has-one-map-and-one-home.c:[[@LINE+1]]:9: error: fiber 'two_homes' is started in context 'syscall' here and in 'xdp' elsewhere [bpf-fiber-two-homes]
	return fiber_deliver(&two_homes_frames, two_homes, &key, (void *)ctx, 0);
#endif
}

FIBER int no_constant(struct xdp_md *ctx)
{
#ifdef RIGHT
	const char *kind = "home";
#else
	static const char kinds[2][5] = { "home", "tc" };
	const char *kind = kinds[ctx->ingress_ifindex & 1];
#endif

	// CHECK-DAG: fiber-has-one-map-and-one-home.c:[[@LINE+1]]:11: error: what this await waits for is not a constant [bpf-fiber-kind]
	co_await __fiber_suspend(kind, XDP_DROP, 0);
	co_return XDP_PASS;
}
DELIVER_PACKETS(no_constant);

FIBER int no_kind(struct xdp_md *ctx)
{
#ifdef RIGHT
	co_await __fiber_suspend("home|tc", XDP_DROP, 0);
#else
	// CHECK-DAG: fiber-has-one-map-and-one-home.c:[[@LINE+1]]:11: error: 'not a kind' is not a kind of wake-up [bpf-fiber-kind]
	co_await __fiber_suspend("home|not a kind", XDP_DROP, 0);
#endif
	co_return XDP_PASS;
}
DELIVER_PACKETS(no_kind);

FIBER int passed_on(struct xdp_md *ctx)
{
	co_await next_packet(XDP_DROP);
	co_return XDP_PASS;
}

#ifdef RIGHT
static __always_inline
#else
static __attribute__((noinline))
#endif
int pass_on(struct xdp_md *ctx, void *frames)
{
	typeof(passed_on_frames) *map = frames;
	__u32 key = 0;

	// CHECK-DAG: fiber-has-one-map-and-one-home.c:[[@LINE+2]]:9: error: the map of fiber 'passed_on' is not known at compile time here [bpf-fiber-verb-operand]
	// CHECK-DAG: fiber-has-one-map-and-one-home.c:[[@LINE+1]]:9: note: name it literally, or make the function that passes it on 'static __always_inline'
	return fiber_deliver(map, passed_on, &key, ctx, XDP_PASS);
}

#ifdef RIGHT
#define PASS_OTHER XDP_PASS
#else
#define PASS_OTHER pass_on(ctx, &two_homes_frames)
#endif

SEC("xdp") int passed_on_program(struct xdp_md *ctx)
{
	return ctx->ingress_ifindex ? pass_on(ctx, &passed_on_frames) :
				      PASS_OTHER;
}
