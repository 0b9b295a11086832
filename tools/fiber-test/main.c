// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * fiber-test - act out a script on a BPF object in the running kernel.
 *
 *	fiber-test [-t SECONDS] OBJECT SCRIPT
 *
 * SCRIPT is any text file, normally the program's own source; its acts are
 * the lines that contain "DO:".  README.md has the list.
 *
 * Exit: 0 all held, 1 something did not, 77 no rights to load BPF programs.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fiber-test.h"

void fail(struct test *t, const char *fmt, ...)
{
	va_list ap;

	t->failures++;
	fprintf(stderr, "%s:%u: %s: ", t->script, t->line, t->act);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}

/*
 * A load that does not converge takes minutes inside one system call.  The
 * verifier gives up when a signal is pending, so the handler gets its turn.
 */
static void on_alarm(int sig)
{
	static const char msg[] = "fiber-test: out of time\n";

	(void)sig;
	if (write(STDERR_FILENO, msg, sizeof(msg) - 1) < 0)
		_exit(EXIT_FAILED);
	_exit(EXIT_FAILED);
}

static bool may_use_bpf(void)
{
	int fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "rights", 4, 4, 1, NULL);

	if (fd < 0)
		return errno != EPERM && errno != EACCES;
	close(fd);
	return true;
}

static int usage(void)
{
	fputs("usage: fiber-test [-t seconds] object script\n", stderr);
	return EXIT_FAILED;
}

int main(int argc, char **argv)
{
	struct test test = {};
	long seconds = 60;
	char *end;
	int opt;

	while ((opt = getopt(argc, argv, "t:")) != -1) {
		if (opt != 't')
			return usage();
		seconds = strtol(optarg, &end, 10);
		if (*end || seconds <= 0)
			return usage();
	}
	if (argc - optind != 2)
		return usage();
	if (!may_use_bpf()) {
		fputs("fiber-test: no rights to use BPF: skipped\n", stderr);
		return EXIT_SKIPPED;
	}
	signal(SIGALRM, on_alarm);
	alarm(seconds);

	log_capture();
	kernel_log_start();
	test.script = argv[optind + 1];
	test.obj = bpf_object__open(argv[optind]);
	if (!test.obj) {
		fprintf(stderr, "fiber-test: %s: %s\n", argv[optind], strerror(errno));
		log_print_tail(40);
		return EXIT_FAILED;
	}
	test.btf = bpf_object__btf(test.obj);
	if (!test.btf) {
		fprintf(stderr, "fiber-test: %s: no BTF; compile with -g\n", argv[optind]);
		return EXIT_FAILED;
	}
	if (!script_run(&test) && !test.failures)
		test.failures++;
	kernel_log_check(&test);
	ring_buffer__free(test.ring);
	bpf_object__close(test.obj);
	return test.failures ? EXIT_FAILED : EXIT_PASSED;
}
