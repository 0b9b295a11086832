// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * sni-filter.c - ClientHellos in two segments each, and a stream that is refused.
 *
 * A SYN for which the timer could not be had is tried again: see port-knock.c.
 */
#include <linux/bpf.h>
#include <netinet/tcp.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"

#define REPEAT		10000
#define STREAMS		64
#define FIRST_PORT	1024
#define REFUSED_PORT	(FIRST_PORT - 1)
#define HTTPS_PORT	443
#define TRIES		1000
#define TRY_AGAIN_US	1000
#define ISN		1000
#define NAME		"name.example.org"
#define EXTENSIONS	10	/* before the name */
#define EXTENSION_SIZE	12

/* Of a common size; the name comes last. */
static struct {
	__u8 bytes[400];
	__u32 len;
} hello;

static void put(const void *data, size_t size)
{
	memcpy(hello.bytes + hello.len, data, size);
	hello.len += size;
}

static void put_number(__u32 number, size_t size)
{
	while (size--)
		hello.bytes[hello.len++] = number >> 8 * size;
}

static void skip(size_t size)
{
	hello.len += size;
}

static void make_hello(void)
{
	size_t name = strlen(NAME);
	size_t extensions = EXTENSIONS * (4 + EXTENSION_SIZE) + 9 + name;
	size_t body = 2 + 32 + 33 + 34 + 2 + 2 + extensions;

	memset(&hello, 0, sizeof(hello));
	put_number(22, 1);
	put_number(0x301, 2);
	put_number(4 + body, 2);
	put_number(1, 1);
	put_number(body, 3);
	skip(2 + 32);
	put_number(32, 1);
	skip(32);
	put_number(32, 2);
	skip(32);
	put_number(1, 1);
	skip(1);
	put_number(extensions, 2);
	for (int i = 0; i < EXTENSIONS; i++) {
		put_number(100 + i, 2);
		put_number(EXTENSION_SIZE, 2);
		skip(EXTENSION_SIZE);
	}
	put_number(0, 2);
	put_number(5 + name, 2);
	put_number(3 + name, 2);
	put_number(0, 1);
	put_number(name, 2);
	put(NAME, name);
}

static struct packet syn(__u16 port)
{
	return tcp_segment(CLIENT, port, HTTPS_PORT, TH_SYN, ISN, 0);
}

/* The ClientHello from byte @from to byte @to. */
static struct packet part(__u16 port, __u32 from, __u32 to)
{
	struct packet packet = tcp_segment(CLIENT, port, HTTPS_PORT, TH_PUSH | TH_ACK,
					   ISN + 1 + from, 0);

	append(&packet, hello.bytes + from, to - from);
	return packet;
}

static __u64 hash_of_name(void)
{
	__u64 hash = 0xcbf29ce484222325ULL;

	for (const char *c = NAME; *c; c++)
		hash = (hash ^ (__u8)*c) * 0x100000001b3ULL;
	return hash;
}

static int refuse_stream(struct objects *o, enum side first)
{
	__u64 hash = hash_of_name(), zero = 0;

	(void)first;
	make_hello();
	for (int side = 0; side < SIDES; side++) {
		int prog = program_fd(o->obj[side], "filter");
		int map = map_fd(o->obj[side], "blocklist");
		struct packet begin = syn(REFUSED_PORT), rest = part(REFUSED_PORT, 0, hello.len);

		if (prog < 0 || map < 0 || bpf_map_update_elem(map, &hash, &zero, BPF_ANY))
			return -1;
		for (int i = 0; i < TRIES && !passes(prog, &begin); i++)
			usleep(TRY_AGAIN_US);
		if (run_packet(prog, &rest, XDP_DROP))
			return -1;
	}
	return 0;
}

static int refused_round(struct objects *o, enum side first, struct round *r)
{
	struct packet packet = part(REFUSED_PORT, 0, hello.len);

	for (int turn = 0; turn < SIDES; turn++) {
		enum side side = first ^ turn;
		int prog = program_fd(o->obj[side], "filter");

		if (prog < 0 || time_packet(prog, &packet, REPEAT, XDP_DROP, &r->ns[side][0]))
			return -1;
	}
	return 0;
}

/* The name passes now. */
static int allow_name(struct objects *o, enum side first)
{
	__u64 hash = hash_of_name();

	(void)first;
	make_hello();
	for (int side = 0; side < SIDES; side++) {
		int map = map_fd(o->obj[side], "blocklist");

		if (map < 0)
			return -1;
		bpf_map_delete_elem(map, &hash);
	}
	return 0;
}

static int begin_all(int prog, double *ns)
{
	struct run_stats before;

	for (int i = 0; i < TRIES; i++) {
		int passed = 0;

		if (run_stats_read(prog, &before))
			return -1;
		for (int s = 0; s < STREAMS; s++) {
			struct packet packet = syn(FIRST_PORT + s);

			passed += passes(prog, &packet);
		}
		if (passed == STREAMS)
			return run_stats_mean(prog, &before, STREAMS, false, ns);
		for (int s = 0; s < STREAMS; s++) {
			struct packet packet = part(FIRST_PORT + s, 0, hello.len);

			passes(prog, &packet);
		}
		usleep(TRY_AGAIN_US);
	}
	complain("sni-filter: streams do not begin");
	return -1;
}

static int send_all(int prog, __u32 from, __u32 to, double *ns)
{
	struct run_stats before;

	if (run_stats_read(prog, &before))
		return -1;
	for (int s = 0; s < STREAMS; s++) {
		struct packet packet = part(FIRST_PORT + s, from, to);

		if (run_packet(prog, &packet, XDP_PASS))
			return -1;
	}
	return run_stats_mean(prog, &before, STREAMS, false, ns);
}

static int hello_round(struct objects *o, enum side first, struct round *r)
{
	for (int turn = 0; turn < SIDES; turn++) {
		enum side side = first ^ turn;
		int prog = program_fd(o->obj[side], "filter");
		double *ns = r->ns[side];

		if (prog < 0 || begin_all(prog, &ns[0]) ||
		    send_all(prog, 0, hello.len / 2, &ns[1]) ||
		    send_all(prog, hello.len / 2, hello.len, &ns[2]))
			return -1;
	}
	return 0;
}

static const struct measure measures[] = {
	{
		.method = TEST_RUN,
		.realtime = true,
		.activations = { "refused stream" },
		.prepare = refuse_stream,
		.round = refused_round,
	},
	{
		.method = RUN_STATS,
		.realtime = true,
		.activations = { "first SYN", "half a ClientHello", "the other half" },
		.prepare = allow_name,
		.round = hello_round,
	},
};

const struct example sni_filter = {
	.name = "sni-filter",
	.frames = "streams",
	.measures = measures,
	.nr_measures = ARRAY_SIZE(measures),
};
