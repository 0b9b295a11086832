// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "kernel-test.h"

FRAMES(reads);

__u64 sum, address;

FIBER int reads(struct xdp_md *ctx)
{
	for (;;) {
		co_await next_packet(XDP_DROP);
		if (ctx->rx_queue_index == 3)
			co_await next_packet(XDP_PASS);
		sum += *(__u8 *)address;
	}
}

DELIVER_PACKETS(reads)

// EXPLAIN: number-as-a-pointer.c:14:10: error: program 'deliver': memory is accessed through what is a number to the verifier, not a pointer
// EXPLAIN-NEXT: 14 | {{.*}}sum += *(__u8 *)address;
// EXPLAIN-NEXT: {{^ +}}| {{.*}}^
// EXPLAIN-NEXT: number-as-a-pointer.c:11:12: note: fiber 'reads' was resumed from its co_await in state L11_next_packet
// EXPLAIN: number-as-a-pointer.c:14:19: note: R{{[0-9]}} was loaded from a global variable (
// EXPLAIN: note: the verifier says (check_mem_access()): R{{[0-9]}} invalid mem access '{{scalar|inv}}'
// EXPLAIN: note: use the pointer that the kernel gave, in the activation in which it gave it
