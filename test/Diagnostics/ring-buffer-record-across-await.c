// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A record is submitted in the activation that reserved it.
// RUN: %diagnosed
#include "fiber.h"

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} ring SEC(".maps");

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
	__u32 *record = bpf_ringbuf_reserve(&ring, sizeof(*record), 0);

	if (!record)
		co_return XDP_DROP;
#ifdef WRONG
	co_await next_packet(XDP_DROP); // SAYS: error: ring buffer record 'record' does not survive this co_await [bpf-fiber-pointer-across-await]
	bpf_ringbuf_submit(record, 0);
#else
	bpf_ringbuf_submit(record, 0);
	co_await next_packet(XDP_DROP);
#endif
	co_return XDP_PASS;
}

DELIVER_PACKETS(f);
