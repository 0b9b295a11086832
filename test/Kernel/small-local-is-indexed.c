// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A local as small as a slot of the stack, which is copied into the frame in one
// piece, is indexed before the first await: by addition, which is all that the
// verifier knows of pointers.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(indexing);

struct pair {
	__u16 first;
	__u16 second[3];
};

// DO: run deliver port=1026 == 4
// DO: check frames[0].bytes[2] == 4
// DO: check frames[0].pairs[0].second[1] == 1026
// DO: run deliver port=3 == 1030
// DO: run deliver port=0 == 1033
// DO: check #frames == 0
FIBER int indexing(struct xdp_md *ctx)
{
	__u32 n = number(ctx), i = n & 7, j = (n >> 10) & 1;
	struct pair pairs[2] = {};
	__u8 bytes[8] = {};
	__u32 words[2] = {};

	bytes[i] = n >> 8;
	pairs[i & 1].second[j] = n;
	words[i & 1] = n;
	co_await next_packet(bytes[i & 6] + words[1]);
	bytes[number(ctx) & 7] = 3;
	co_await next_packet(bytes[i] + words[0]);
	co_return bytes[3] + bytes[i] + pairs[0].second[j];
}

DELIVER_PACKETS(indexing)
