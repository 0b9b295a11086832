// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * port-knock.c - packets at an open port, and first and wrong knocks.
 *
 * bpf_timer_init() takes no lock to get memory, so it can fail while there is
 * plenty (Linux 6.18: kmalloc_nolock()), for fiber and twin alike.  A round
 * that this happened in is done again.
 */
#include <linux/bpf.h>
#include <unistd.h>

#include "bench.h"

#define KNOCKS		3
#define REPEAT		10000
#define FLOWS		64
#define GUEST(n)	(0x0000000a + ((__u32)(n) << 8))	/* some source address */
#define TRIES		1000
#define TRY_AGAIN_US	1000

static const __u16 ports[KNOCKS] = { 7000, 8000, 9000 };

static int count_sessions(struct bpf_object *obj)
{
	int map = map_fd(obj, "sessions"), n = 0;
	__u32 key[2], *last = NULL;

	while (map >= 0 && !bpf_map_get_next_key(map, last, key)) {
		last = key;
		n++;
	}
	return n;
}

static int knock(int prog, __u32 guest, __u16 port)
{
	struct packet packet = udp_packet(guest, port);

	return run_packet(prog, &packet, XDP_DROP);
}

/* An open port: each packet resumes the flow's fiber, which suspends again. */
static int open_port(struct objects *o, enum side first)
{
	(void)first;
	for (int side = 0; side < SIDES; side++) {
		int prog = program_fd(o->obj[side], "firewall");

		for (int i = 0; i < TRIES && !count_sessions(o->obj[side]); i++) {
			if (prog < 0 || knock(prog, GUEST(0), ports[0]))
				return -1;
			usleep(TRY_AGAIN_US);
		}
		for (int i = 1; i < KNOCKS; i++)
			if (knock(prog, GUEST(0), ports[i]))
				return -1;
	}
	return 0;
}

static int open_port_round(struct objects *o, enum side first, struct round *r)
{
	struct packet packet = udp_packet(GUEST(0), 22);

	for (int turn = 0; turn < SIDES; turn++) {
		enum side side = first ^ turn;
		int prog = program_fd(o->obj[side], "firewall");

		if (prog < 0 || time_packet(prog, &packet, REPEAT, XDP_PASS, &r->ns[side][0]))
			return -1;
	}
	return 0;
}

static int knock_all(int prog, __u16 port, double *ns)
{
	struct run_stats before;

	if (run_stats_read(prog, &before))
		return -1;
	for (int i = 0; i < FLOWS; i++)
		if (knock(prog, GUEST(1 + i), port))
			return -1;
	return run_stats_mean(prog, &before, FLOWS, false, ns);
}

static void forget_all(struct bpf_object *obj)
{
	int map = map_fd(obj, "sessions");

	for (int i = 0; i < FLOWS; i++) {
		struct packet packet = udp_packet(GUEST(1 + i), 0);
		/* Source and destination address, as they stand in the packet. */
		const void *key = packet.bytes + 26;

		bpf_map_delete_elem(map, key);
	}
}

/* Many flows knock once, which starts a fiber each; then wrong, which ends it. */
static int knock_and_forget(struct bpf_object *obj, double *first_ns, double *wrong_ns)
{
	int prog = program_fd(obj, "firewall"), open = count_sessions(obj);

	for (int i = 0; i < TRIES; i++) {
		if (prog < 0 || knock_all(prog, ports[0], first_ns))
			return -1;
		if (count_sessions(obj) == open + FLOWS)
			break;
		forget_all(obj);
		usleep(TRY_AGAIN_US);
	}
	if (knock_all(prog, ports[0], wrong_ns))
		return -1;
	if (count_sessions(obj) == open)
		return 0;
	complain("port-knock: wrong knocks do not end sessions, or sessions do not start");
	return -1;
}

static int knock_round(struct objects *o, enum side first, struct round *r)
{
	for (int turn = 0; turn < SIDES; turn++) {
		enum side side = first ^ turn;

		if (knock_and_forget(o->obj[side], &r->ns[side][0], &r->ns[side][1]))
			return -1;
	}
	return 0;
}

static const struct measure measures[] = {
	{
		.method = TEST_RUN,
		.realtime = true,
		.activations = { "packet at an open port" },
		.prepare = open_port,
		.round = open_port_round,
	},
	{
		.method = RUN_STATS,
		.realtime = true,
		.activations = { "first knock", "wrong knock" },
		.round = knock_round,
	},
};

const struct example port_knock = {
	.name = "port-knock",
	.frames = "sessions",
	.measures = measures,
	.nr_measures = ARRAY_SIZE(measures),
};
