// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Whatever user space writes into frames, header included: the fiber goes on,
// is refused or aborts, and is counted; others under other keys are as they
// were, memory outside is too, and once the frame is deleted a fiber starts there
// again. The kernel has nothing to say about it.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FIBER_MAP(frames, wanders, BPF_MAP_TYPE_HASH, __u32, 4);
FIBER_MAP(pointing, points, BPF_MAP_TYPE_HASH, __u32, 4);
FIBER_MAP(small, counts, BPF_MAP_TYPE_HASH, __u32, 4);
FIBER_MAP(slots, repeats, BPF_MAP_TYPE_ARRAY, __u32, 4);
FIBER_EVENTS(65536);

/* What stands around what the fibers write to. */
__u64 before_totals[8], totals[8], behind_totals[8];

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, __u32);
	__type(value, __u64[4]);
} values SEC(".maps");

struct ask {
	__u32 key, token;
};

/* All kinds of wake-ups, fibers that await fibers, a guard, a union. */
FIBER int reads(struct xdp_md *ctx, int rounds)
{
	int sum = 0;

	for (int i = 0; i < rounds && i < 8; i++) {
		totals[i]++;
		sum += number(ctx);
		co_await next_packet(sum);
	}
	co_return sum;
}

FIBER int answers(struct xdp_md *ctx)
{
	int sum = co_await reads(ctx, 2);

	co_await sleep_ns(NS_PER_MS / 10, XDP_PASS);
	co_await defer();
	sum += co_await yield_to_user();
	co_return sum;
}

static __always_inline int is_reset(void)
{
	return fiber_value() == 9;
}

FIBER int wanders(struct xdp_md *ctx)
{
	union {
		__u64 wide;
		__u8 bytes[8];
	} both = { .wide = number(ctx) };
	__u32 i = number(ctx) & 7;
	struct __sk_buff *skb;
	int sum;

	for (;;) {
		sum = co_await fiber_guard(answers(ctx), is_reset());
		both.bytes[i] = sum;
		skb = co_await next_event_or_timeout(tc, XDP_PASS, NS_PER_MS);
		if (skb)
			both.bytes[i & 3] += skb->len;
		co_await next_event(xdp, 0);
		totals[i] += both.wide;
		if (co_await next_packet_or_timeout(both.bytes[(i + 1) & 7], NS_PER_MS) ==
		    FIBER_TIMEOUT)
			co_await next_packet(0);
		i = number(ctx) & 7;
	}
}

// DO: run deliver port=3 == 3
// DO: run other port=1 == 1
// DO: corrupt frames[0] 600 1 deliver port=1 | deliver port=7 | with port=9 | on_skb | reply ctx=0,1 | restart port=2
// DO: sleep 5
// DO: corrupt frames[0] 600 2 deliver port=1 | deliver port=7 | on_skb | reply ctx=0,4095 | destroy ctx=0,0 | deliver port=4
// DO: check wanders_counters.not_waiting > 0
// DO: check wanders_counters.stale > 0
// DO: check wanders_counters.busy > 0
// DO: check wanders_counters.aborted > 0
// DO: run other port=2 == 3
// DO: run remove
// DO: check frames[0] == absent
// DO: run deliver port=3 == 3
// DO: run deliver port=3 == 6

/* Pointers to locals, into the packet, to a map's value; checked indices. */
FIBER int points(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	__u8 *p = data + 42 + (number(ctx) & 7);
	__u32 a[4] = { 1, 2, 3, 4 }, b = 10, key = number(ctx), *q = &b, i = number(ctx);
	__u64 *value = bpf_map_lookup_elem(&values, &key);

	if (i < 4)
		q = &a[i];
	if (i >= 8 || !value || p + 1 > (__u8 *)end)
		co_return 8;
	for (;;) {
		co_await next_packet(*q);
		totals[i]++;
		*q += 1;
		*p += 1;
		value[i & 3]++;
		if (q < &a[3] && q >= &a[0])
			q++;
		co_await next_packet(b + a[i & 3]);
		i = number(ctx) & 7;
	}
}

// DO: put values[2] = 1,1,1,1
// DO: put values[3] = 1,1,1,1
// DO: run point port=2 == 3
// DO: run point_other port=3 == 4
// DO: corrupt pointing[0] 1500 3 point port=2 | point port=3 | point port=2 packet=raw,000000000000000000000000000000000000
// DO: check points_counters.aborted > 10
// DO: run point_other port=3 == 15
// DO: delete pointing[0]
// DO: run point port=2 == 3
// DO: run point port=2 == 14

/* Variables in the header. */
FIBER int counts(struct xdp_md *ctx)
{
	__u32 i = number(ctx);

	if (i >= 8)
		co_return 8;
	co_await next_packet(20 + i);
	for (;;) {
		co_await next_packet(totals[i] ? 1 : 2);
		totals[i]++;
	}
}

// DO: run count port=7 == 27
// DO: check small.value_size == 4
// DO: corrupt small[0] 1500 4 count port=7 | count port=3
// DO: check counts_counters.aborted > 10
// DO: delete small[0]
// DO: run count port=7 == 27

/* Elements that stay, so that timers stay queued in what is overwritten. */
FIBER_CANCELLABLE int repeats(struct xdp_md *ctx)
{
	__u32 i = number(ctx);
	int woken;

	if (i >= 8)
		co_return 8;
	for (int n = 0; n < 3; n++) {
		woken = co_await next_packet_or_timeout(i, NS_PER_MS);
		if (woken < 0)
			break;
		totals[i] += n;
		if (woken == FIBER_TIMEOUT && co_await sleep_ns(NS_PER_MS / 10) < 0)
			break;
	}
	co_return 30;
}

// DO: run slot_other port=5 == 5
// DO: corrupt slots[0] 600 5 slot port=1 | slot port=7 | stop | slot port=2
// DO: sleep 5
// DO: corrupt slots[0] 600 6 slot port=1 | slot port=7 | stop | slot port=2
// DO: check repeats_counters.aborted > 0
// DO: run wipe == 0
/* For each timer of before the kernel has taken memory. */
// DO: sleep 200
// DO: run slot port=6 == 6
// DO: run stop == 0
// DO: run stop == -2
//
// DO: check before_totals[7] == 0
// DO: check behind_totals[0] == 0

DELIVER_PACKETS(wanders)

SEC("xdp") int with(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_resume_with(&frames, wanders, &key, ctx, REFUSED, number(ctx));
}

SEC("xdp") int other(struct xdp_md *ctx)
{
	__u32 key = 1;

	return fiber_deliver(&frames, wanders, &key, ctx, REFUSED);
}

SEC("xdp") int restart(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_spawn(&frames, wanders, &key, ctx, FIBER_REPLACE, REFUSED);
}

SEC("tc") int on_skb(struct __sk_buff *skb)
{
	__u32 key = 0;

	return fiber_resume(&frames, wanders, &key, skb, 0);
}

SEC("syscall") int reply(struct ask *ctx)
{
	__u32 key = ctx->key;

	return fiber_reply(&frames, wanders, &key, ctx, REFUSED, ctx->token, 1);
}

SEC("syscall") int destroy(struct ask *ctx)
{
	__u32 key = ctx->key;

	return fiber_destroy(&frames, wanders, &key);
}

/* Whatever it says of itself. */
SEC("syscall") int remove(void *ctx)
{
	__u32 key = 0;

	return bpf_map_delete_elem(&frames, &key);
}

SEC("xdp") int point(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&pointing, points, &key, ctx, REFUSED);
}

SEC("xdp") int point_other(struct xdp_md *ctx)
{
	__u32 key = 1;

	return fiber_deliver(&pointing, points, &key, ctx, REFUSED);
}

SEC("xdp") int count(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&small, counts, &key, ctx, REFUSED);
}

SEC("xdp") int slot(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&slots, repeats, &key, ctx, REFUSED);
}

SEC("xdp") int slot_other(struct xdp_md *ctx)
{
	__u32 key = 1;

	return fiber_deliver(&slots, repeats, &key, ctx, REFUSED);
}

__u64 zeros[8];

SEC("syscall") int wipe(void *ctx)
{
	__u32 key = 0;

	return bpf_map_update_elem(&slots, &key, zeros, BPF_EXIST);
}

SEC("syscall") int stop(void *ctx)
{
	__u32 key = 0;

	return fiber_destroy(&slots, repeats, &key);
}
