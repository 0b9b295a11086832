// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "kernel-test.h"

FRAMES(calls);

__u64 sum;

FIBER int calls(struct xdp_md *ctx)
{
	sum += bpf_skb_change_tail((void *)&sum, 1, 1);
	co_await next_packet(XDP_DROP);
	co_return XDP_PASS;
}

DELIVER_PACKETS(calls)

// EXPLAIN: helper-of-another-type.c:10:9: error: program 'deliver': this program type does not have this helper, or this kernel does not
// EXPLAIN: note: fiber 'calls' was started by this program and has not suspended yet
// EXPLAIN: note: the verifier says (check_helper_call()): {{.*}} bpf_skb_change_tail#38
// EXPLAIN: note: call it in an activation of another kind
