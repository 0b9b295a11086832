// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * log.c - what libbpf and the kernel say while a test runs.
 *
 * libbpf's warnings are kept and shown only when something fails, and then
 * only their end: the log of a program that does not converge has megabytes.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fiber-test.h"

static char *text;
static size_t text_len;

static int keep(enum libbpf_print_level level, const char *fmt, va_list ap)
{
	char *line;
	int len;

	if (level > LIBBPF_WARN)
		return 0;
	len = vasprintf(&line, fmt, ap);
	if (len < 0)
		return 0;
	text = realloc(text, text_len + len + 1);
	if (!text)
		abort();
	memcpy(text + text_len, line, len + 1);
	text_len += len;
	free(line);
	return 0;
}

void log_capture(void)
{
	libbpf_set_print(keep);
}

bool log_contains(const char *what)
{
	return text && strstr(text, what);
}

void log_print_tail(unsigned int lines)
{
	const char *from = text + text_len;

	if (!text)
		return;
	while (from > text && lines) {
		from--;
		if (from > text && from[-1] == '\n')
			lines--;
	}
	if (from > text)
		fputs("[...]\n", stderr);
	fputs(from, stderr);
}

/*
 * Messages after which libbpf goes on with something else than what was asked
 * for: a map without BTF has no timers, an object without BTF no names.
 */
const char *log_bad_message(void)
{
	static const char * const bad[] = {
		"Retrying without BTF",
		"BTF loading error",
	};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		if (log_contains(bad[i]))
			return bad[i];
	return NULL;
}

static int kmsg = -1;

void kernel_log_start(void)
{
	kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (kmsg >= 0)
		lseek(kmsg, 0, SEEK_END);
}

/* Each read gives one record, and fails with EAGAIN after the last one. */
bool kernel_log_check(struct test *t)
{
	static const char * const bad[] = {
		"BUG:", "WARNING:", "Oops", "rcu: INFO", "refcount_t:",
		"soft lockup", "general protection fault",
	};
	char record[8192];
	bool good = true;
	ssize_t len;

	if (kmsg < 0)
		return true;
	while ((len = read(kmsg, record, sizeof(record) - 1)) > 0) {
		record[len] = '\0';
		for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
			if (!strstr(record, bad[i]))
				continue;
			fprintf(stderr, "fiber-test: kernel log: %s", record);
			t->failures++;
			good = false;
			break;
		}
	}
	close(kmsg);
	return good;
}
