// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * hooks.c - attach programs.
 *
 *	attach PROGRAM		where its section says; programs of cgroups to one
 *				that the test is in, of network namespaces to one
 *				of its own, of perf events to the CPU's clock
 *	attach PROGRAM MAP[KEY]	to an element of a cpumap or devmap, whose device
 *				has the number KEY
 *	attach PROGRAM MAP	to the sockets of a sockmap
 *	attach MAP		a struct_ops map
 *
 * An iterator is read to its end. Links live as long as the process; what the
 * kernel would keep is taken back at its end.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fiber-test.h"

#define CLOCK_NS	100000
#define CPUMAP_QUEUE	64

/*
 * A fresh machine may have no tracefs, which libbpf needs for tracepoints:
 * mount one where only this process and its children see it.
 */
static void private_tracefs(void)
{
	static bool done;

	if (done || !access("/sys/kernel/tracing/events", F_OK))
		return;
	done = true;
	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return;
	if (mount("tracefs", "/sys/kernel/tracing", "tracefs", 0, NULL))
		fprintf(stderr, "fiber-test: no tracefs: %s\n", strerror(errno));
}

static char cgroup[256], old_cgroup[256];	/* paths */

static bool enter_cgroup(const char *path)
{
	char procs[300];
	FILE *file;
	bool entered;

	snprintf(procs, sizeof(procs), "%s/cgroup.procs", path);
	file = fopen(procs, "w");
	if (!file)
		return false;
	fprintf(file, "%d\n", getpid());
	entered = !fclose(file);
	return entered;
}

static void leave_cgroup(void)
{
	enter_cgroup(old_cgroup);
	rmdir(cgroup);
}

/* Where cgroup v2 is mounted, and where this process is in it. */
static bool find_cgroup(char mounted[128], char path[128])
{
	char line[512], type[16];
	bool found = false;
	FILE *file;

	file = fopen("/proc/self/mounts", "r");
	while (file && !found && fgets(line, sizeof(line), file))
		found = sscanf(line, "%*s %127s %15s", mounted, type) == 2 &&
			!strcmp(type, "cgroup2");
	if (file)
		fclose(file);
	if (!found)
		return false;
	found = false;
	file = fopen("/proc/self/cgroup", "r");
	while (file && !found && fgets(line, sizeof(line), file))
		found = sscanf(line, "0::%127s", path) == 1;
	if (file)
		fclose(file);
	return found;
}

/* A cgroup with this process and its children in it; an open file or -1. */
static int own_cgroup(void)
{
	char mounted[128], path[128];

	if (*cgroup)
		return open(cgroup, O_RDONLY | O_CLOEXEC);
	if (!find_cgroup(mounted, path))
		return -1;
	snprintf(old_cgroup, sizeof(old_cgroup), "%s%s", mounted, path);
	snprintf(cgroup, sizeof(cgroup), "%s/fiber-test-%d", mounted, getpid());
	if (mkdir(cgroup, 0700) || !enter_cgroup(cgroup))
		return -1;
	atexit(leave_cgroup);
	return open(cgroup, O_RDONLY | O_CLOEXEC);
}

/* A network namespace for this process and its children, with lo up. */
static int own_netns(void)
{
	static bool done;

	if (!done && (unshare(CLONE_NEWNET) || system("ip link set lo up")))
		return -1;
	done = true;
	return open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
}

static struct bpf_link *attach_to_clock(struct bpf_program *prog)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_SW_CPU_CLOCK,
		.sample_period = CLOCK_NS,
	};
	int fd = syscall(SYS_perf_event_open, &attr, getpid(), -1, -1, PERF_FLAG_FD_CLOEXEC);

	return fd < 0 ? NULL : bpf_program__attach_perf_event(prog, fd);
}

static bool read_iterator(struct bpf_link *link)
{
	int fd = bpf_iter_create(bpf_link__fd(link));
	char text[4096];
	ssize_t n;

	if (fd < 0)
		return false;
	do {
		n = read(fd, text, sizeof(text));
	} while (n > 0 || (n < 0 && errno == EAGAIN));
	close(fd);
	return !n;
}

static bool attach_program(struct bpf_program *prog)
{
	struct bpf_link *link;
	int fd;

	switch (bpf_program__type(prog)) {
	case BPF_PROG_TYPE_CGROUP_SKB:
	case BPF_PROG_TYPE_CGROUP_SOCK:
	case BPF_PROG_TYPE_CGROUP_SOCK_ADDR:
	case BPF_PROG_TYPE_CGROUP_SOCKOPT:
	case BPF_PROG_TYPE_CGROUP_SYSCTL:
	case BPF_PROG_TYPE_CGROUP_DEVICE:
	case BPF_PROG_TYPE_SOCK_OPS:
		fd = own_cgroup();
		link = fd < 0 ? NULL : bpf_program__attach_cgroup(prog, fd);
		break;
	case BPF_PROG_TYPE_SK_LOOKUP:
	case BPF_PROG_TYPE_FLOW_DISSECTOR:
		fd = own_netns();
		link = fd < 0 ? NULL : bpf_program__attach_netns(prog, fd);
		break;
	case BPF_PROG_TYPE_PERF_EVENT:
		link = attach_to_clock(prog);
		break;
	default:
		private_tracefs();
		link = bpf_program__attach(prog);
		break;
	}
	if (link && bpf_program__expected_attach_type(prog) == BPF_TRACE_ITER)
		return read_iterator(link);
	return link;
}

/* The kernel keeps operations that are registered, whoever holds their map. */
static int operations = -1;

static void unregister_operations(void)
{
	__u32 key = 0;

	bpf_map_delete_elem(operations, &key);
}

static bool attach_operations(struct bpf_map *map)
{
	/* Of its own, because the object is closed before. */
	operations = operations < 0 ? dup(bpf_map__fd(map)) : -1;
	return operations >= 0 && bpf_map__attach_struct_ops(map) &&
	       !atexit(unregister_operations);
}

static bool attach_to_map(struct bpf_program *prog, struct bpf_map *map)
{
	return !bpf_prog_attach(bpf_program__fd(prog), bpf_map__fd(map),
				bpf_program__expected_attach_type(prog), 0);
}

/* struct bpf_cpumap_val and struct bpf_devmap_val */
static bool attach_to_element(struct bpf_program *prog, struct bpf_map *map, __u32 key)
{
	bool is_cpu = bpf_map__type(map) == BPF_MAP_TYPE_CPUMAP;
	__u32 value[] = { is_cpu ? CPUMAP_QUEUE : key, bpf_program__fd(prog) };

	return !bpf_map_update_elem(bpf_map__fd(map), &key, value, 0);
}

/* netns: what follows happens in a network namespace with nothing but lo in it */
bool act_netns(struct test *t, char *args)
{
	(void)args;
	if (own_netns() >= 0)
		return true;
	fail(t, "no network namespace: %s", strerror(errno));
	return false;
}

bool act_attach(struct test *t, char *args)
{
	char name[64], target[64] = "";
	struct bpf_program *prog;
	struct bpf_map *map;
	unsigned int key;
	bool attached;
	int n;

	n = sscanf(args, "%63s %63[^[ ][%u]", name, target, &key);
	prog = bpf_object__find_program_by_name(t->obj, name);
	map = bpf_object__find_map_by_name(t->obj, n > 1 ? target : name);
	if (prog && n == 1) {
		attached = attach_program(prog);
	} else if (prog && map) {
		attached = n == 3 ? attach_to_element(prog, map, key) : attach_to_map(prog, map);
	} else if (map && n == 1) {
		attached = attach_operations(map);
	} else {
		fail(t, "no such program or map");
		return false;
	}
	if (attached)
		return true;
	fail(t, "cannot attach: %s", strerror(errno));
	log_print_tail(LOG_LINES);
	return false;
}
