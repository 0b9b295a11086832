// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * proxy-handshake - decide about each connection.
 *
 *	proxy-handshake OBJECT OUTSIDE INSIDE CLIENT ...
 *
 * Attaches the object's XDP program to the interfaces towards the clients and
 * towards the servers, then allows the connections of the given addresses and
 * refuses all others, until it is interrupted.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/types.h>

#include <bpf_fiber/abi.h>

#include "proxy-handshake.h"

static volatile sig_atomic_t stop;

static void on_signal(int sig)
{
	(void)sig;
	stop = 1;
}

/* @decide: file descriptor of the SYSCALL program; @clients: addresses as text */
struct policy {
	int decide;
	char **clients;
};

static bool is_allowed(const struct policy *policy, const char *address)
{
	for (char **client = policy->clients; *client; client++)
		if (!strcmp(*client, address))
			return true;
	return false;
}

/*
 * A client has done its handshake with the proxy.  The fiber waits for an
 * answer; the SYSCALL program resumes it here, in this thread.
 */
static int on_question(void *ctx, void *data, size_t size)
{
	const struct fiber_event *event = data;
	const struct policy *policy = ctx;
	struct decision decision = {};
	LIBBPF_OPTS(bpf_test_run_opts, opts,
		.ctx_in = &decision,
		.ctx_size_in = sizeof(decision),
	);
	char address[INET_ADDRSTRLEN];
	int err;

	if (size < sizeof(*event) + sizeof(decision.flow) ||
	    event->key_size != sizeof(decision.flow))
		return 0;
	memcpy(&decision.flow, event->key, sizeof(decision.flow));
	inet_ntop(AF_INET, &decision.flow.client, address, sizeof(address));
	decision.token = event->token;
	decision.allow = is_allowed(policy, address);
	err = bpf_prog_test_run_opts(policy->decide, &opts);
	if (err)
		return err;
	printf("%s:%u: %s%s\n", address, ntohs(decision.flow.client_port),
	       decision.allow ? "allowed" : "refused", opts.retval ? ", too late" : "");
	fflush(stdout);
	return 0;
}

static int decide_all(struct bpf_object *obj, char **clients)
{
	struct bpf_program *decide = bpf_object__find_program_by_name(obj, "decide");
	struct bpf_map *events = bpf_object__find_map_by_name(obj, "fiber_events");
	struct policy policy = { .clients = clients };
	struct ring_buffer *ring;
	int err;

	if (!decide || !events)
		return -ENOENT;
	policy.decide = bpf_program__fd(decide);
	ring = ring_buffer__new(bpf_map__fd(events), on_question, &policy, NULL);
	if (!ring)
		return -errno;
	puts("deciding");
	fflush(stdout);
	do {
		err = ring_buffer__poll(ring, 200);
	} while (!stop && (err >= 0 || err == -EINTR));
	ring_buffer__free(ring);
	return stop ? 0 : err;
}

static int run(struct bpf_object *obj, char **interfaces, char **clients)
{
	struct bpf_program *proxy = bpf_object__find_program_by_name(obj, "proxy");
	struct bpf_link *links[2] = {};
	int err;

	if (!proxy)
		return -ENOENT;
	err = bpf_object__load(obj);
	for (int i = 0; i < 2 && !err; i++) {
		links[i] = bpf_program__attach_xdp(proxy, if_nametoindex(interfaces[i]));
		if (!links[i])
			err = -errno;
	}
	if (!err)
		err = decide_all(obj, clients);
	for (int i = 2; i--; )
		bpf_link__destroy(links[i]);
	return err;
}

int main(int argc, char **argv)
{
	struct bpf_object *obj;
	int err;

	if (argc < 4) {
		fputs("usage: proxy-handshake OBJECT OUTSIDE INSIDE CLIENT ...\n", stderr);
		return 2;
	}
	signal(SIGINT, on_signal);
	signal(SIGTERM, on_signal);
	obj = bpf_object__open(argv[1]);
	if (!obj) {
		fprintf(stderr, "proxy-handshake: %s: %s\n", argv[1], strerror(errno));
		return 1;
	}
	err = run(obj, argv + 2, argv + 4);
	bpf_object__close(obj);
	if (err) {
		fprintf(stderr, "proxy-handshake: %s\n", strerror(-err));
		return 1;
	}
	return 0;
}
