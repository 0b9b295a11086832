/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the tests here and of BTF have in common: a map and a program for a fiber.
 */
#ifndef TEST_TRANSFORMS_FIBER_H
#define TEST_TRANSFORMS_FIBER_H

#include "../../Frontend/Inputs/types.h"
#include <bpf_fiber/fiber.bpf.h>

#define FRAMES(fiber) FIBER_MAP(fiber##_frames, fiber, BPF_MAP_TYPE_HASH, __u32, 16)

/* SEC("xdp") <fiber>_program: each packet goes to the fiber under key 0. */
#define DELIVER_PACKETS(fiber, args...)					\
	SEC("xdp") int fiber##_program(struct xdp_md *ctx)		\
	{								\
		__u32 key = 0;						\
									\
		return fiber_deliver(&fiber##_frames, fiber, &key, ctx,	\
				     XDP_PASS, ##args);			\
	}								\
	struct __fiber_semicolon

static __always_inline __attribute__((unused)) void *data_of(struct xdp_md *ctx)
{
	return (void *)(long)ctx->data;
}

static __always_inline __attribute__((unused)) void *end_of(struct xdp_md *ctx)
{
	return (void *)(long)ctx->data_end;
}

char LICENSE[] SEC("license") = "GPL";

#endif /* TEST_TRANSFORMS_FIBER_H */
