// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * open-latency - attach the programs, wait, print the histogram.
 *
 *	open-latency OBJECT [SECONDS]
 *
 * Until interrupted, or for SECONDS.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/types.h>

#define BUCKETS	32

/* As in open-latency.h. */
struct latency_bucket {
	__u64 succeeded;
	__u64 failed;
};

static void on_signal(int sig)
{
	(void)sig;
}

static void print_histogram(struct bpf_object *obj)
{
	struct bpf_map *map = bpf_object__find_map_by_name(obj, "histogram");
	struct latency_bucket bucket;

	printf("%12s %12s %12s\n", "from ns", "succeeded", "failed");
	for (__u32 i = 0; i < BUCKETS; i++) {
		if (bpf_map__lookup_elem(map, &i, sizeof(i), &bucket, sizeof(bucket), 0))
			continue;
		if (bucket.succeeded || bucket.failed)
			printf("%12llu %12llu %12llu\n", 1ULL << i,
			       (unsigned long long)bucket.succeeded,
			       (unsigned long long)bucket.failed);
	}
}

static int run(struct bpf_object *obj, unsigned int seconds)
{
	/* The exit first, so that no call is seen to enter only. */
	static const char * const names[] = { "exit_openat", "enter_openat" };
	struct bpf_link *links[2] = {};
	int err;

	err = bpf_object__load(obj);
	for (int i = 0; i < 2 && !err; i++) {
		struct bpf_program *prog = bpf_object__find_program_by_name(obj, names[i]);

		links[i] = prog ? bpf_program__attach(prog) : NULL;
		if (!links[i])
			err = prog ? -errno : -ENOENT;
	}
	if (!err) {
		if (seconds)
			sleep(seconds);
		else
			pause();
		print_histogram(obj);
	}
	for (int i = 2; i--; )
		bpf_link__destroy(links[i]);
	return err;
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = on_signal };
	struct bpf_object *obj;
	int err;

	if (argc < 2 || argc > 3) {
		fputs("usage: open-latency OBJECT [SECONDS]\n", stderr);
		return 2;
	}
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	obj = bpf_object__open(argv[1]);
	if (!obj) {
		fprintf(stderr, "open-latency: %s: %s\n", argv[1], strerror(errno));
		return 1;
	}
	err = run(obj, argc == 3 ? strtoul(argv[2], NULL, 10) : 0);
	bpf_object__close(obj);
	if (err) {
		fprintf(stderr, "open-latency: %s\n", strerror(-err));
		return 1;
	}
	return 0;
}
