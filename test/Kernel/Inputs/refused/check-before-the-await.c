// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "kernel-test.h"

FRAMES(checks);

__u64 sum;

FIBER int checks(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;

	if (data + 14 > end)
		co_return XDP_PASS;
	co_await next_packet(XDP_DROP);
	sum += *(__u8 *)((void *)(long)ctx->data + 13);
	co_return XDP_PASS;
}

DELIVER_PACKETS(checks)

// EXPLAIN: check-before-the-await.c:15:9: error: program 'deliver': the packet is read beyond what was compared with its end
// EXPLAIN: check-before-the-await.c:14:11: note: fiber 'checks' was resumed from its co_await in state L14_next_packet
// EXPLAIN: check-before-the-await.c:15:38: note: R{{[0-9]}} is what was loaded from the context, offset 0
// EXPLAIN: note: the verifier says (__check_mem_access()): invalid access to packet, off=13 size=1
// EXPLAIN: note: {{.*}} a check before a co_await says nothing of the packet behind it
