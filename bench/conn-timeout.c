// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * conn-timeout.c - segments of an open connection, and whole connections.
 *
 * A SYN for which the timer could not be had is tried again: see port-knock.c.
 */
#include <linux/bpf.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include "bench.h"

#define REPEAT		10000
#define CONNECTIONS	64
#define FIRST_PORT	1024
#define TRIES		1000
#define TRY_AGAIN_US	1000
#define CLIENT_ISN	1000
#define SERVER_ISN	2000

/* The segments of a connection's life, in their order. */
static const struct step {
	enum sender sender;
	__u8 flags;
	__u32 seq, ack;
} steps[] = {
	{ CLIENT, TH_SYN, CLIENT_ISN, 0 },
	{ SERVER, TH_SYN | TH_ACK, SERVER_ISN, CLIENT_ISN + 1 },
	{ CLIENT, TH_ACK, CLIENT_ISN + 1, SERVER_ISN + 1 },
	{ SERVER, TH_RST, SERVER_ISN + 1, 0 },
};

#define LAST_STEP	(ARRAY_SIZE(steps) - 1)

static struct packet packet_of(const struct step *s, __u16 port)
{
	return tcp_segment(s->sender, port, 80, s->flags, s->seq, s->ack);
}

static int step(int prog, __u16 port, const struct step *s)
{
	struct packet packet = packet_of(s, port);

	return run_packet(prog, &packet, XDP_PASS);
}

static bool try_step(int prog, __u16 port, const struct step *s)
{
	struct packet packet = packet_of(s, port);

	return passes(prog, &packet);
}

static int open_connection(struct objects *o, enum side first)
{
	(void)first;
	for (int side = 0; side < SIDES; side++) {
		int prog = program_fd(o->obj[side], "track");

		if (prog < 0)
			return -1;
		for (int i = 0; i < TRIES && !try_step(prog, FIRST_PORT - 1, &steps[0]); i++)
			usleep(TRY_AGAIN_US);
		for (size_t i = 1; i < LAST_STEP; i++)
			if (step(prog, FIRST_PORT - 1, &steps[i]))
				return -1;
	}
	return 0;
}

static int open_round(struct objects *o, enum side first, struct round *r)
{
	struct packet packet = packet_of(&steps[LAST_STEP - 1], FIRST_PORT - 1);

	for (int turn = 0; turn < SIDES; turn++) {
		enum side side = first ^ turn;
		int prog = program_fd(o->obj[side], "track");

		if (prog < 0 || time_packet(prog, &packet, REPEAT, XDP_PASS, &r->ns[side][0]))
			return -1;
	}
	return 0;
}

/* One segment of each connection. */
static int step_all(int prog, const struct step *s, double *ns)
{
	struct run_stats before;

	if (run_stats_read(prog, &before))
		return -1;
	for (int i = 0; i < CONNECTIONS; i++)
		if (step(prog, FIRST_PORT + i, s))
			return -1;
	return run_stats_mean(prog, &before, CONNECTIONS, false, ns);
}

/* SYNs of all; those that find no memory for their timer are done again. */
static int begin_all(int prog, double *ns)
{
	struct run_stats before;

	for (int i = 0; i < TRIES; i++) {
		int passed = 0;

		if (run_stats_read(prog, &before))
			return -1;
		for (int c = 0; c < CONNECTIONS; c++)
			passed += try_step(prog, FIRST_PORT + c, &steps[0]);
		if (passed == CONNECTIONS)
			return run_stats_mean(prog, &before, CONNECTIONS, false, ns);
		for (int c = 0; c < CONNECTIONS; c++)
			try_step(prog, FIRST_PORT + c, &steps[LAST_STEP]);
		usleep(TRY_AGAIN_US);
	}
	complain("conn-timeout: connections do not begin");
	return -1;
}

static int life_round(struct objects *o, enum side first, struct round *r)
{
	for (int turn = 0; turn < SIDES; turn++) {
		enum side side = first ^ turn;
		int prog = program_fd(o->obj[side], "track");

		if (prog < 0 || begin_all(prog, &r->ns[side][0]))
			return -1;
		for (size_t i = 1; i < ARRAY_SIZE(steps); i++)
			if (step_all(prog, &steps[i], &r->ns[side][i]))
				return -1;
	}
	return 0;
}

static const struct measure measures[] = {
	{
		.method = TEST_RUN,
		.realtime = true,
		.activations = { "open connection" },
		.prepare = open_connection,
		.round = open_round,
	},
	{
		.method = RUN_STATS,
		.realtime = true,
		.activations = { "SYN", "SYN-ACK", "ACK", "RST" },
		.round = life_round,
	},
};

const struct example conn_timeout = {
	.name = "conn-timeout",
	.frames = "connections",
	.measures = measures,
	.nr_measures = ARRAY_SIZE(measures),
};
