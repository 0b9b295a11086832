// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * task-watch - attach the programs, wait, print the families.
 *
 *	task-watch OBJECT [SECONDS]
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

#define COMM_SIZE	16

/* As in task-watch.h. */
struct family {
	__u64 children;
	__u64 orphans;
	__u64 lifetime_ms;
	char comm[COMM_SIZE];
};

static void on_signal(int sig)
{
	(void)sig;
}

static void print_families(struct bpf_object *obj)
{
	struct bpf_map *map = bpf_object__find_map_by_name(obj, "families");
	__u32 key, *previous = NULL;
	struct family family;

	printf("%8s %-16s %10s %10s %12s\n", "process", "name", "children", "orphans",
	       "mean ms");
	while (!bpf_map__get_next_key(map, previous, &key, sizeof(key))) {
		previous = &key;
		if (bpf_map__lookup_elem(map, &key, sizeof(key), &family, sizeof(family), 0) ||
		    !family.children)
			continue;
		printf("%8u %-16.*s %10llu %10llu %12llu\n", key, COMM_SIZE, family.comm,
		       (unsigned long long)family.children, (unsigned long long)family.orphans,
		       (unsigned long long)(family.lifetime_ms / family.children));
	}
}

static int run(struct bpf_object *obj, unsigned int seconds)
{
	/* The end first, so that no process is seen to be born only. */
	static const char * const names[] = { "ended", "born" };
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
		print_families(obj);
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
		fputs("usage: task-watch OBJECT [SECONDS]\n", stderr);
		return 2;
	}
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	obj = bpf_object__open(argv[1]);
	if (!obj) {
		fprintf(stderr, "task-watch: %s: %s\n", argv[1], strerror(errno));
		return 1;
	}
	err = run(obj, argc == 3 ? strtoul(argv[2], NULL, 10) : 0);
	bpf_object__close(obj);
	if (err) {
		fprintf(stderr, "task-watch: %s\n", strerror(-err));
		return 1;
	}
	return 0;
}
