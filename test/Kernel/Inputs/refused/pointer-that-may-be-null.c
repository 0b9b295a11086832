// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "kernel-test.h"

FRAMES(looks);

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, __u32);
	__type(value, __u64);
} table SEC(".maps");

__u64 sum;

FIBER int looks(struct xdp_md *ctx)
{
	__u32 key = ctx->rx_queue_index;
	__u64 *value;

	co_await next_packet(XDP_DROP);
	co_await sleep_ns(1000);
	value = bpf_map_lookup_elem(&table, &key);
	sum += *value;
	co_return XDP_PASS;
}

DELIVER_PACKETS(looks)

// EXPLAIN: pointer-that-may-be-null.c:23:9: error: program 'deliver': memory is accessed through a pointer that may be NULL
// EXPLAIN: note: this is run by the timer of fiber 'looks'
// EXPLAIN: pointer-that-may-be-null.c:21:11: note: fiber 'looks' was resumed from its co_await in state L21_sleep_ns
// EXPLAIN-NEXT: 21 | {{.*}}co_await sleep_ns(1000);
// EXPLAIN: pointer-that-may-be-null.c:22:10: note: R0 points to a value of map 'table'
// EXPLAIN: note: the verifier says (check_mem_access()): R0 invalid mem access 'map_value_or_null'
// EXPLAIN: note: compare the pointer with NULL first, in the same activation
