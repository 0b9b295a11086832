// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * machine.c - where and under what conditions is measured.
 */
#include <errno.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"

double now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1e9 + now.tv_nsec;
}

/* The last one: interrupts like the first. */
int pin_to_cpu(void)
{
	cpu_set_t set;
	int cpu;

	if (sched_getaffinity(0, sizeof(set), &set))
		return -1;
	for (cpu = CPU_SETSIZE - 1; cpu >= 0; cpu--)
		if (CPU_ISSET(cpu, &set))
			break;
	if (cpu < 0)
		return -1;
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return sched_setaffinity(0, sizeof(set), &set) ? -1 : cpu;
}

int start_on_other_cpu(pthread_t *thread, void *(*function)(void *), void *argument)
{
	cpu_set_t set;
	pthread_attr_t attr;
	int err;

	CPU_ZERO(&set);
	for (int cpu = sysconf(_SC_NPROCESSORS_CONF) - 1; cpu >= 0; cpu--)
		if (cpu != sched_getcpu())
			CPU_SET(cpu, &set);
	pthread_attr_init(&attr);
	if (CPU_COUNT(&set))
		pthread_attr_setaffinity_np(&attr, sizeof(set), &set);
	err = pthread_create(thread, &attr, function, argument);
	pthread_attr_destroy(&attr);
	/* No other CPU that this process may use: then on this one. */
	return err == EINVAL ? pthread_create(thread, NULL, function, argument) : err;
}

bool set_realtime(bool on)
{
	struct sched_param param = { .sched_priority = on ? 1 : 0 };

	return !sched_setscheduler(0, on ? SCHED_FIFO : SCHED_OTHER, &param);
}

int load_empty(enum bpf_prog_type type)
{
	static const struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = XDP_PASS },
		{ .code = BPF_JMP | BPF_EXIT },
	};

	return bpf_prog_load(type, "empty", "GPL", insns, ARRAY_SIZE(insns), NULL);
}

/* Networking and tracing need different capabilities. */
bool may_use_bpf(void)
{
	static const enum bpf_prog_type types[] = { BPF_PROG_TYPE_XDP, BPF_PROG_TYPE_TRACEPOINT };

	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		int fd = load_empty(types[i]);

		if (fd < 0 && (errno == EPERM || errno == EACCES || errno == ENOSYS))
			return false;
		if (fd >= 0)
			close(fd);
	}
	return true;
}

const char *cpu_model(void)
{
	static char line[256];
	FILE *file = fopen("/proc/cpuinfo", "re");
	char *value = NULL;

	if (!file)
		return "unknown";
	while (!value && fgets(line, sizeof(line), file))
		if (!strncmp(line, "model name", 10))
			value = strchr(line, ':');
	fclose(file);
	if (!value)
		return "unknown";
	value += strspn(value, ": ");
	value[strcspn(value, "\n")] = '\0';
	return value;
}

const char *kernel_release(void)
{
	static struct utsname name;

	return uname(&name) ? "unknown" : name.release;
}

/* libbpf finds a tracepoint's number there.  Nobody else gets to see the mount. */
void private_tracefs(void)
{
	if (!access("/sys/kernel/tracing/events", F_OK) ||
	    !access("/sys/kernel/debug/tracing/events", F_OK))
		return;
	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("tracefs", "/sys/kernel/tracing", "tracefs", 0, NULL))
		complain("cannot mount tracefs: %s", strerror(errno));
}

static long tracepoint_number(const char *name)
{
	static const char * const places[] = { "/sys/kernel/tracing", "/sys/kernel/debug/tracing" };
	char path[256];
	long number = -1;

	for (size_t i = 0; number < 0 && i < ARRAY_SIZE(places); i++) {
		FILE *file;

		snprintf(path, sizeof(path), "%s/events/%s/id", places[i], name);
		file = fopen(path, "re");
		if (!file)
			continue;
		if (fscanf(file, "%ld", &number) != 1)
			number = -1;
		fclose(file);
	}
	return number;
}

int tracepoint_keep_alive(const char *name)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_TRACEPOINT,
		.size = sizeof(attr),
		.disabled = 1,
	};
	long number = tracepoint_number(name);
	int fd;

	if (number < 0) {
		complain("no tracepoint %s in this kernel", name);
		return -1;
	}
	attr.config = number;
	fd = syscall(SYS_perf_event_open, &attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
	if (fd < 0)
		complain("cannot open %s: %s", name, strerror(errno));
	return fd;
}
