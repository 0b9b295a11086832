// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * data-path.c - requests of many connections, and their answers.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/bpf.h>
#include <string.h>

#include <bpf_fiber/abi.h>

#include "bench.h"
#include "data-path/data-path.h"

#define CONNECTIONS	128
#define ANSWER_BYTES	512

/* What the twin puts into its ring buffer has the same layout. */
static struct dp_answer answers[CONNECTIONS];
static unsigned int nr_answers;
static struct ring_buffer *rings[SIDES];

static int on_request(void *ctx, void *data, size_t size)
{
	const struct fiber_event *event = data;
	struct dp_answer *answer;

	(void)ctx;
	if (size < sizeof(*event) + sizeof(answer->key) ||
	    event->key_size != sizeof(answer->key) || nr_answers == CONNECTIONS)
		return -EINVAL;
	answer = &answers[nr_answers++];
	memcpy(&answer->key, event->key, sizeof(answer->key));
	answer->token = event->token;
	answer->bytes = ANSWER_BYTES;
	return 0;
}

static int add_connections(struct bpf_object *obj)
{
	struct dp_connection fresh = { .state = 1 /* TCP_ESTABLISHED */ };
	int map = map_fd(obj, "connections");

	if (map < 0)
		return -1;
	for (int i = 0; i < CONNECTIONS; i++) {
		struct flow key = {
			.saddr = htonl(0x0a000001),
			.daddr = htonl(0x0a000002),
			.sport = htons(1024 + i),
			.dport = htons(80),
		};

		if (bpf_map_update_elem(map, &key, &fresh, BPF_ANY)) {
			complain("cannot fill the map of connections: %s", strerror(errno));
			return -1;
		}
	}
	return 0;
}

static int prepare(struct objects *o, enum side first)
{
	(void)first;
	for (int side = 0; side < SIDES; side++)
		if (add_connections(o->obj[side]))
			return -1;
	return open_rings(o, on_request, rings);
}

static int finish(struct objects *o)
{
	(void)o;
	close_rings(rings);
	return 0;
}

static int receive_all(int prog, double *ns)
{
	struct run_stats before;

	if (run_stats_read(prog, &before))
		return -1;
	for (int i = 0; i < CONNECTIONS; i++) {
		struct packet packet = tcp_packet(1024 + i, 80);

		if (run_packet(prog, &packet, XDP_DROP))
			return -1;
	}
	return run_stats_mean(prog, &before, CONNECTIONS, false, ns);
}

static int reply_all(int prog, double *ns)
{
	struct run_stats before;

	if (run_stats_read(prog, &before))
		return -1;
	for (unsigned int i = 0; i < nr_answers; i++)
		if (run_syscall(prog, &answers[i], sizeof(answers[i]), 0))
			return -1;
	return run_stats_mean(prog, &before, CONNECTIONS, false, ns);
}

static int round_trip(struct objects *o, enum side first, struct round *r)
{
	for (int turn = 0; turn < SIDES; turn++) {
		enum side side = first ^ turn;
		int receive = program_fd(o->obj[side], "receive");
		int reply = program_fd(o->obj[side], "reply");

		if (receive < 0 || reply < 0 || receive_all(receive, &r->ns[side][0]))
			return -1;
		nr_answers = 0;
		ring_buffer__consume(rings[side]);
		if (nr_answers != CONNECTIONS) {
			complain("data-path: %u events for %d requests", nr_answers, CONNECTIONS);
			return -1;
		}
		if (reply_all(reply, &r->ns[side][1]))
			return -1;
	}
	return 0;
}

static const struct measure measures[] = {
	{
		.method = RUN_STATS,
		.realtime = true,
		.activations = { "receive", "reply" },
		.prepare = prepare,
		.round = round_trip,
		.finish = finish,
	},
};

const struct example data_path = {
	.name = "data-path",
	.frames = "data_paths",
	.measures = measures,
	.nr_measures = ARRAY_SIZE(measures),
};
