/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the tests here and of BTF have in common: as much of vmlinux.h as they
 * need, so that they need no kernel, a map and a program for a fiber.
 */
#ifndef TEST_TRANSFORMS_FIBER_H
#define TEST_TRANSFORMS_FIBER_H

typedef signed char __s8;
typedef short __s16;
typedef int __s32;
typedef long long __s64;
typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u64 __be64;
typedef __u32 __wsum;

enum bpf_map_type {
	BPF_MAP_TYPE_HASH = 1,
	BPF_MAP_TYPE_ARRAY = 2,
	BPF_MAP_TYPE_LRU_HASH = 9,
	BPF_MAP_TYPE_RINGBUF = 27,
};

enum xdp_action {
	XDP_ABORTED,
	XDP_DROP,
	XDP_PASS,
};

struct xdp_md {
	__u32 data;
	__u32 data_end;
	__u32 data_meta;
	__u32 ingress_ifindex;
	__u32 rx_queue_index;
};

struct __sk_buff {
	__u32 len;
};

struct bpf_timer {
	__u64 __opaque[2];
};

struct bpf_wq {
	__u64 __opaque[2];
};

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
