// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * proxy-handshake.c - the handshakes of many connections, and an open one.
 *
 * A SYN for which the timer could not be had is tried again: see port-knock.c.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/bpf.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <string.h>
#include <unistd.h>

#include <bpf_fiber/abi.h>

#include "bench.h"
#include "proxy-handshake/proxy-handshake.h"

#define REPEAT		10000
#define CONNECTIONS	64
#define FIRST_PORT	1024
#define OPEN_PORT	(FIRST_PORT - 1)
#define PORT		80
#define TRIES		1000
#define TRY_AGAIN_US	1000
#define CLIENT_ISN	1000
#define SERVER_ISN	2000
#define TCP_AT		(14 + sizeof(struct iphdr))

/* What the twin puts into its ring buffer has the same layout. */
static struct decision decisions[CONNECTIONS];
static unsigned int nr_decisions;
static struct ring_buffer *rings[SIDES];

static int on_question(void *ctx, void *data, size_t size)
{
	const struct fiber_event *event = data;
	struct decision *decision;

	(void)ctx;
	if (size < sizeof(*event) + sizeof(decision->flow) ||
	    event->key_size != sizeof(decision->flow) || nr_decisions == CONNECTIONS)
		return -EINVAL;
	decision = &decisions[nr_decisions++];
	memcpy(&decision->flow, event->key, sizeof(decision->flow));
	decision->token = event->token;
	decision->allow = 1;
	return 0;
}

static int finish(struct objects *o)
{
	(void)o;
	close_rings(rings);
	return 0;
}

/* Return: whether there was a SYN-ACK, which has @proxy_isn */
static bool try_syn(int prog, __u16 port, __u32 *proxy_isn)
{
	struct packet packet = tcp_segment(CLIENT, port, PORT, TH_SYN, CLIENT_ISN, 0);
	__u8 answer[sizeof(packet.bytes)];
	struct bpf_test_run_opts opts = {
		.sz = sizeof(opts),
		.data_in = packet.bytes,
		.data_size_in = packet.len,
		.data_out = answer,
		.data_size_out = sizeof(answer),
	};
	const struct tcphdr *tcp = (void *)(answer + TCP_AT);

	if (bpf_prog_test_run_opts(prog, &opts) || opts.retval != XDP_TX)
		return false;
	*proxy_isn = ntohl(tcp->seq);
	return true;
}

static int send_ack(int prog, __u16 port, __u32 proxy_isn)
{
	struct packet packet = tcp_segment(CLIENT, port, PORT, TH_ACK, CLIENT_ISN + 1,
					   proxy_isn + 1);

	return run_packet(prog, &packet, XDP_DROP);
}

static int send_data(int prog, __u16 port)
{
	struct packet packet = tcp_segment(CLIENT, port, PORT, TH_ACK | TH_PUSH,
					   CLIENT_ISN + 1, 0);

	return run_packet(prog, &packet, XDP_PASS);
}

static int answer_syn(int prog, __u16 port)
{
	struct packet packet = tcp_segment(SERVER, port, PORT, TH_SYN | TH_ACK, SERVER_ISN,
					   CLIENT_ISN + 1);

	return run_packet(prog, &packet, XDP_TX);
}

static int reset(int prog, __u16 port)
{
	struct packet packet = tcp_segment(SERVER, port, PORT, TH_RST, SERVER_ISN + 1, 0);

	return run_packet(prog, &packet, XDP_PASS);
}

static int take_questions(enum side side, unsigned int n)
{
	nr_decisions = 0;
	ring_buffer__consume(rings[side]);
	if (nr_decisions == n)
		return 0;
	complain("proxy-handshake: %u questions of %u connections", nr_decisions, n);
	return -1;
}

static int open_connection(struct objects *o, enum side first)
{
	(void)first;
	if (open_rings(o, on_question, rings))
		return -1;
	for (int side = 0; side < SIDES; side++) {
		int proxy = program_fd(o->obj[side], "proxy");
		int decide = program_fd(o->obj[side], "decide");
		__u32 isn = 0;

		if (proxy < 0 || decide < 0)
			return -1;
		for (int i = 0; i < TRIES && !try_syn(proxy, OPEN_PORT, &isn); i++)
			usleep(TRY_AGAIN_US);
		if (send_ack(proxy, OPEN_PORT, isn) || take_questions(side, 1) ||
		    run_syscall(decide, decisions, sizeof(decisions[0]), 0) ||
		    send_data(proxy, OPEN_PORT) || answer_syn(proxy, OPEN_PORT))
			return -1;
	}
	return 0;
}

static int open_round(struct objects *o, enum side first, struct round *r)
{
	struct packet packet = tcp_segment(CLIENT, OPEN_PORT, PORT, TH_ACK, CLIENT_ISN + 1, 0);

	for (int turn = 0; turn < SIDES; turn++) {
		enum side side = first ^ turn;
		int prog = program_fd(o->obj[side], "proxy");

		if (prog < 0 || time_packet(prog, &packet, REPEAT, XDP_PASS, &r->ns[side][0]))
			return -1;
	}
	return 0;
}

static int prepare(struct objects *o, enum side first)
{
	(void)first;
	return open_rings(o, on_question, rings);
}

/* SYNs of all. The second half is timed, which seldom has one that must be tried again. */
static int begin_all(int prog, __u32 *isns, double *ns)
{
	struct run_stats before;
	int tries = 0;

	for (int c = 0; c < CONNECTIONS; c++) {
		while (!try_syn(prog, FIRST_PORT + c, &isns[c])) {
			if (tries++ == TRIES) {
				complain("proxy-handshake: connections do not begin");
				return -1;
			}
			usleep(TRY_AGAIN_US);
		}
		if (c == CONNECTIONS / 2 - 1 && run_stats_read(prog, &before))
			return -1;
	}
	return run_stats_mean(prog, &before, CONNECTIONS / 2, true, ns);
}

static int handshake_all(enum side side, int proxy, int decide, double *ns)
{
	__u32 isns[CONNECTIONS];
	struct run_stats before;

	if (begin_all(proxy, isns, &ns[0]) || run_stats_read(proxy, &before))
		return -1;
	for (int c = 0; c < CONNECTIONS; c++)
		if (send_ack(proxy, FIRST_PORT + c, isns[c]))
			return -1;
	if (run_stats_mean(proxy, &before, CONNECTIONS, false, &ns[1]) ||
	    take_questions(side, CONNECTIONS) || run_stats_read(decide, &before))
		return -1;
	for (int c = 0; c < CONNECTIONS; c++)
		if (run_syscall(decide, &decisions[c], sizeof(decisions[c]), 0))
			return -1;
	if (run_stats_mean(decide, &before, CONNECTIONS, false, &ns[2]))
		return -1;
	for (int c = 0; c < CONNECTIONS; c++)
		if (send_data(proxy, FIRST_PORT + c))
			return -1;
	if (run_stats_read(proxy, &before))
		return -1;
	for (int c = 0; c < CONNECTIONS; c++)
		if (answer_syn(proxy, FIRST_PORT + c))
			return -1;
	if (run_stats_mean(proxy, &before, CONNECTIONS, false, &ns[3]))
		return -1;
	for (int c = 0; c < CONNECTIONS; c++)
		if (reset(proxy, FIRST_PORT + c))
			return -1;
	return 0;
}

static int handshake_round(struct objects *o, enum side first, struct round *r)
{
	for (int turn = 0; turn < SIDES; turn++) {
		enum side side = first ^ turn;
		int proxy = program_fd(o->obj[side], "proxy");
		int decide = program_fd(o->obj[side], "decide");

		if (proxy < 0 || decide < 0 ||
		    handshake_all(side, proxy, decide, r->ns[side]))
			return -1;
	}
	return 0;
}

static const struct measure measures[] = {
	{
		.method = TEST_RUN,
		.realtime = true,
		.activations = { "translated segment" },
		.prepare = open_connection,
		.round = open_round,
		.finish = finish,
	},
	{
		.method = RUN_STATS,
		.realtime = true,
		.activations = { "client's SYN", "client's ACK", "decision", "server's SYN-ACK" },
		.prepare = prepare,
		.round = handshake_round,
		.finish = finish,
	},
};

const struct example proxy_handshake = {
	.name = "proxy-handshake",
	.frames = "connections",
	.measures = measures,
	.nr_measures = ARRAY_SIZE(measures),
};
