// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Bytes in a frame are where they are copied by words, if that takes no more
// room, and are copied so.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(buffering);

struct record {
	__u64 at;
	char text[48];
};

struct record last;

// DO: run deliver port=7 == 1
// DO: check frames.value_size == 56
// DO: run deliver port=8 == 15
// DO: check last.text[12] == 8
// DO: check last.text[14] == 69
// DO: check last.text[47] == 7
// DO: check #frames == 0
// DO: check deliver.xlated_insns < 200
FIBER int buffering(struct xdp_md *ctx)
{
	__u32 n = number(ctx);
	char text[48];

	if (bpf_xdp_load_bytes(ctx, 0, text, sizeof(text)))
		co_return -1;
	text[47] = n;
	co_await next_packet(1);
	__builtin_memcpy(last.text, text, sizeof(text));
	co_return n + number(ctx);
}

DELIVER_PACKETS(buffering)
