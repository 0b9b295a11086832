// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * data-path - the application: takes requests and answers them.
 *
 *	data-path OBJECT INTERFACE PEER:PORT-LOCAL:PORT ...
 *
 * Attaches the object's XDP program, makes the given connections known to it,
 * then answers every request with ANSWER_BYTES until it is interrupted.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/types.h>

#include <bpf_fiber/abi.h>

#include "data-path.h"

#define TCP_ESTABLISHED	1
#define ANSWER_BYTES	512

static volatile sig_atomic_t stop;

static void on_signal(int sig)
{
	(void)sig;
	stop = 1;
}

static int parse_flow(const char *text, struct flow *key)
{
	char saddr[16], daddr[16];
	unsigned int sport, dport;

	memset(key, 0, sizeof(*key));
	if (sscanf(text, "%15[0-9.]:%u-%15[0-9.]:%u", saddr, &sport, daddr, &dport) != 4 ||
	    inet_pton(AF_INET, saddr, &key->saddr) != 1 ||
	    inet_pton(AF_INET, daddr, &key->daddr) != 1)
		return -EINVAL;
	key->sport = htons(sport);
	key->dport = htons(dport);
	return 0;
}

static void print_flow(const struct flow *key)
{
	char saddr[16], daddr[16];

	printf("%s:%u-%s:%u", inet_ntop(AF_INET, &key->saddr, saddr, sizeof(saddr)),
	       ntohs(key->sport), inet_ntop(AF_INET, &key->daddr, daddr, sizeof(daddr)),
	       ntohs(key->dport));
}

/*
 * A request has come.  Its fiber is suspended in co_await yield_to_user(); the
 * SYSCALL program resumes it here, in this thread.
 */
static int on_request(void *ctx, void *data, size_t size)
{
	const struct fiber_event *event = data;
	struct dp_answer answer = { .bytes = ANSWER_BYTES };
	LIBBPF_OPTS(bpf_test_run_opts, opts,
		.ctx_in = &answer,
		.ctx_size_in = sizeof(answer),
	);
	int *reply_fd = ctx;
	int err;

	if (size < sizeof(*event) + sizeof(answer.key) ||
	    event->key_size != sizeof(answer.key))
		return 0;
	memcpy(&answer.key, event->key, sizeof(answer.key));
	answer.token = event->token;
	err = bpf_prog_test_run_opts(*reply_fd, &opts);
	if (err)
		return err;
	print_flow(&answer.key);
	printf(": answered with %u bytes: %d\n", answer.bytes, (int)opts.retval);
	fflush(stdout);
	return 0;
}

static int serve(struct bpf_object *obj)
{
	struct bpf_program *reply = bpf_object__find_program_by_name(obj, "reply");
	struct bpf_map *events = bpf_object__find_map_by_name(obj, "fiber_events");
	struct ring_buffer *ring;
	int reply_fd, err;

	if (!reply || !events)
		return -ENOENT;
	reply_fd = bpf_program__fd(reply);
	ring = ring_buffer__new(bpf_map__fd(events), on_request, &reply_fd, NULL);
	if (!ring)
		return -errno;
	do {
		err = ring_buffer__poll(ring, 200);
	} while (!stop && (err >= 0 || err == -EINTR));
	ring_buffer__free(ring);
	return stop ? 0 : err;
}

static int add_connections(struct bpf_object *obj, char **flows)
{
	struct bpf_map *map = bpf_object__find_map_by_name(obj, "connections");
	struct dp_connection fresh = { .state = TCP_ESTABLISHED };
	struct flow key;
	int err;

	for (; *flows; flows++) {
		err = parse_flow(*flows, &key);
		if (err) {
			fprintf(stderr, "data-path: %s: PEER:PORT-LOCAL:PORT expected\n", *flows);
			return err;
		}
		err = bpf_map__update_elem(map, &key, sizeof(key), &fresh, sizeof(fresh),
					   BPF_ANY);
		if (err)
			return err;
	}
	return 0;
}

static void print_connections(struct bpf_object *obj)
{
	struct bpf_map *map = bpf_object__find_map_by_name(obj, "connections");
	struct dp_connection sk;
	struct flow key, *last = NULL;

	while (!bpf_map__get_next_key(map, last, &key, sizeof(key))) {
		last = &key;
		if (bpf_map__lookup_elem(map, &key, sizeof(key), &sk, sizeof(sk), 0))
			continue;
		print_flow(&key);
		printf(": %u requests, %llu bytes received, %llu sent\n", sk.requests,
		       (unsigned long long)sk.rcv_bytes, (unsigned long long)sk.snd_bytes);
	}
}

static int run(struct bpf_object *obj, const char *interface, char **flows)
{
	struct bpf_program *receive = bpf_object__find_program_by_name(obj, "receive");
	unsigned int ifindex = if_nametoindex(interface);
	struct bpf_link *link;
	int err;

	if (!ifindex)
		return -ENODEV;
	err = bpf_object__load(obj);
	if (err)
		return err;
	err = add_connections(obj, flows);
	if (err)
		return err;
	link = bpf_program__attach_xdp(receive, ifindex);
	if (!link)
		return -errno;
	puts("serving");
	fflush(stdout);
	err = serve(obj);
	bpf_link__destroy(link);
	print_connections(obj);
	return err;
}

int main(int argc, char **argv)
{
	struct bpf_object *obj;
	int err;

	if (argc < 4) {
		fputs("usage: data-path OBJECT INTERFACE PEER:PORT-LOCAL:PORT ...\n", stderr);
		return 2;
	}
	signal(SIGINT, on_signal);
	signal(SIGTERM, on_signal);
	obj = bpf_object__open(argv[1]);
	if (!obj) {
		fprintf(stderr, "data-path: %s: %s\n", argv[1], strerror(errno));
		return 1;
	}
	err = run(obj, argv[2], argv + 3);
	bpf_object__close(obj);
	if (err) {
		fprintf(stderr, "data-path: %s\n", strerror(-err));
		return 1;
	}
	return 0;
}
