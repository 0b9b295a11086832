/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * kernel-test.h - what the fibers of the kernel tests have in common.
 *
 * Their packets are numbers: the destination port of a UDP packet ("port=7").
 * BPF_PROG_TEST_RUN lets an XDP program return any number, so the verdicts
 * are the results.
 */
#ifndef KERNEL_TEST_H
#define KERNEL_TEST_H

#include "vmlinux.h"
#include <bpf_fiber/fiber.bpf.h>

/* The verdict for an activation in which no fiber could run. */
#define REFUSED		999

#define NS_PER_MS	1000000ULL

#define FRAMES(fiber)	FIBER_MAP(frames, fiber, BPF_MAP_TYPE_HASH, __u32, 4)

/* SEC("xdp") deliver: each packet goes to the fiber under key 0. */
#define DELIVER_PACKETS(fiber)						\
	SEC("xdp") int deliver(struct xdp_md *ctx)			\
	{								\
		__u32 key = 0;						\
									\
		return fiber_deliver(&frames, fiber, &key, ctx, REFUSED); \
	}

static __always_inline __attribute__((unused))
int packet_number(void *data, void *end)
{
	__u8 *port = data + sizeof(struct ethhdr) + sizeof(struct iphdr) + 2;

	if ((void *)(port + 2) > end)
		return -1;
	return port[0] << 8 | port[1];
}

static __always_inline __attribute__((unused)) int number(struct xdp_md *ctx)
{
	return packet_number((void *)(long)ctx->data, (void *)(long)ctx->data_end);
}

static __attribute__((unused)) long spin_once(__u32 i, void *end)
{
	return bpf_ktime_get_ns() >= *(__u64 *)end;
}

/* Do nothing for so long; one call, so that the verifier walks it once. */
static __always_inline __attribute__((unused)) void spin_ns(__u64 ns)
{
	__u64 end = bpf_ktime_get_ns() + ns;

	bpf_loop(1 << 20, spin_once, &end, 0);
}

char LICENSE[] SEC("license") = "GPL";

#endif /* KERNEL_TEST_H */
