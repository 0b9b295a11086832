// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// An older verifier does not see that a test of i bounds i + 1: with
// -fbpf-fiber-kernel= the index is checked once more where it is used.
// RUN: %emit -fbpf-fiber-kernel=6.1 %s | FileCheck --check-prefix=OLD %s
// RUN: %emit -fbpf-fiber-kernel=6.18 %s | FileCheck --check-prefix=NEW %s
// RUN: %emit %s | FileCheck --check-prefix=NEW %s
#include "fiber.h"

FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
	__u8 heard[4] = {};

	for (__u32 i = 0; i < 4; i++) {
		heard[i] = ctx->rx_queue_index;
		co_await next_packet(i);
	}
	co_return heard[0] + heard[1] + heard[2] + heard[3];
}

DELIVER_PACKETS(f);

// The frame's reload, and what is added to it.
// OLD: callbr void asm sideeffect "if $0 > $1 goto ${2:l}", "r,i,!i"(i64 %{{.*}}, i64 3)
// OLD: callbr void asm sideeffect "if $0 > $1 goto ${2:l}", "r,i,!i"(i64 %{{.*}}, i64 3)
// NEW: callbr void asm sideeffect "if $0 > $1 goto ${2:l}", "r,i,!i"(i64 %{{.*}}, i64 3)
// NEW-NOT: callbr
