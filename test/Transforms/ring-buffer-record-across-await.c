// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// No map can own a ring buffer record; submitting it before the await is right.
// RUN: %refused %s | FileCheck %s --implicit-check-not=error: --implicit-check-not=warning:
// RUN: %compile -Werror -DRIGHT -c %s -o %t.o
#include "fiber.h"

FRAMES(reports);

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} records SEC(".maps");

FIBER int reports(struct xdp_md *ctx)
{
	__u64 *record = bpf_ringbuf_reserve(&records, sizeof(*record), 0);

	if (!record)
		co_return XDP_ABORTED;
	*record = 1;
#ifdef RIGHT
	bpf_ringbuf_submit(record, 0);
#endif
	co_await next_packet(XDP_DROP);
#ifndef RIGHT
	bpf_ringbuf_submit(record, 0);
#endif
	co_return XDP_DROP;
}

DELIVER_PACKETS(reports);

// CHECK: ring-buffer-record-across-await.c:24:11: error: ring buffer record 'record' does not survive this co_await [bpf-fiber-pointer-across-await]
// CHECK: ring-buffer-record-across-await.c:16:18: note: it comes from here
// CHECK: ring-buffer-record-across-await.c:26:2: note: it is used here, in another activation
// CHECK: ring-buffer-record-across-await.c:24:11: note: no map can own a ring buffer record: submit or discard it before the co_await
// CHECK: 1 error generated.
