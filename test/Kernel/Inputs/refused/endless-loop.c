// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "kernel-test.h"

FRAMES(spins);

volatile __u64 flag;

FIBER int spins(struct xdp_md *ctx)
{
	co_await next_packet(XDP_DROP);
	while (flag)
		;
	co_return XDP_PASS;
}

DELIVER_PACKETS(spins)

// EXPLAIN: endless-loop.c:11:2: error: program 'deliver': a loop goes round without anything that the verifier sees changing
// EXPLAIN: endless-loop.c:10:11: note: fiber 'spins' was resumed from its co_await in state L10_next_packet
// EXPLAIN: note: the verifier says (is_state_visited()): infinite loop detected at insn
// EXPLAIN: note: bound it by a constant, await in it, or let it yield: -fbpf-fiber-quantum=
