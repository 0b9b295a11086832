/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the tests here have in common: a map and a program for a fiber. */
#include "types.h"
#include <bpf_fiber/fiber.bpf.h>

/* Start it somewhere, so that nothing is said about its being unused. */
#define RUN(fiber, args...)						\
	FIBER_MAP(fiber##_map, fiber, BPF_MAP_TYPE_HASH, __u32, 16);	\
	SEC("xdp") int fiber##_program(struct xdp_md *ctx)		\
	{								\
		__u32 key = ctx->ingress_ifindex;			\
									\
		return fiber_deliver(&fiber##_map, fiber, &key, ctx,	\
				     XDP_PASS, ##args);			\
	}								\
	struct __fiber_semicolon
