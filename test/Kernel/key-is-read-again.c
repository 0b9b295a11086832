// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What a fiber has read of its key it reads again behind an await, of whatever
// kind: it takes no room in the frame.
// RUN: %everywhere %s %t
#include "kernel-test.h"

struct place {
	__u32 row;
	__u16 column;
	__u16 page;
};

FIBER_MAP(frames, reading, BPF_MAP_TYPE_HASH, struct place, 4);

__u64 timed, worked;

// DO: run deliver port=258 == 3
// DO: run deliver port=515 == 5
// DO: check frames.value_size == 40
// DO: run deliver port=258 == 12
// DO: run deliver port=515 == 23
// DO: wait #frames == 0
// DO: check timed == 13
// DO: check worked == 38
FIBER int reading(struct xdp_md *ctx)
{
	const struct place *place = fiber_self();
	struct place here = *place;
	__u32 row = place->row;
	__u16 column = place->column;

	co_await next_packet(row + column + here.page);
	co_await sleep_ns(NS_PER_MS, row * 10 + column);
	__sync_fetch_and_add(&timed, row + column + here.column + here.page);
	co_await defer();
	__sync_fetch_and_add(&worked, row * 10 + here.column + here.row);
	co_return 0;
}

/* Rows and columns are the bytes of the number. */
SEC("xdp") int deliver(struct xdp_md *ctx)
{
	__u32 n = number(ctx);
	struct place place = { .row = n >> 8, .column = n & 0xff };

	return fiber_deliver(&frames, reading, &place, ctx, REFUSED);
}
