// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * fiber-bench - measure the examples against their hand-written twins.
 *
 *	fiber-bench [--json] [--check] [--rounds N] [--flags TEXT] [--quantum N]
 *		    [--source NAME] DIRECTORY
 *	fiber-bench --rights
 *
 * --rights only finds out whether BPF may be used.
 * DIRECTORY has <example>.fiber.o and <example>.hand.o, and compile-times:
 * a line for each pair of compilations, microseconds of bpf-fiberc and of
 * clang.  bench/run makes it.  Nothing that this program does outlives it.
 *
 * Exit: 0 measured; 1 something went wrong, or with --check a limit was missed;
 * 2 wrong usage; 77 no rights to use BPF.
 */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"

#define MAX_NUMBER	99999
#define ROUNDS		240
#define LOADS		8
/* Fewer rounds than this say little of a load. */
#define ROUNDS_OF_LOAD	5
#define MAX_COMPILATIONS 1000

static const struct example * const examples[] = {
	&port_knock, &data_path, &open_latency, &long_sum, &task_watch, &conn_timeout,
	&sni_filter, &proxy_handshake,
};
_Static_assert(ARRAY_SIZE(examples) <= MAX_EXAMPLES, "struct results");

static int read_compile_times(const char *directory, struct compile_result *result)
{
	static double fiberc[MAX_COMPILATIONS], clang[MAX_COMPILATIONS];
	char path[4096];
	FILE *file;
	size_t n = 0;

	snprintf(path, sizeof(path), "%s/compile-times", directory);
	file = fopen(path, "re");
	if (!file) {
		complain("%s: %s", path, strerror(errno));
		return -1;
	}
	while (n < MAX_COMPILATIONS && fscanf(file, "%lf %lf", &fiberc[n], &clang[n]) == 2) {
		fiberc[n] /= 1000;
		clang[n] /= 1000;
		n++;
	}
	fclose(file);
	if (!n) {
		complain("%s: no times", path);
		return -1;
	}
	result->runs = n;
	/* First: what follows sorts each side for itself. */
	result->ratio = paired_ratio(fiberc, clang, n, 0);
	result->ms[FIBER] = spread_of(fiberc, n);
	result->ms[HAND] = spread_of(clang, n);
	return 0;
}

static int measure_all(const char *directory, struct results *results)
{
	if (read_compile_times(directory, &results->compile) || measure_floor(results))
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(examples); i++) {
		fprintf(stderr, "bench: measuring %s\n", examples[i]->name);
		if (measure_example(examples[i], directory, results))
			return -1;
	}
	return 0;
}

static int usage(void)
{
	fputs("usage: fiber-bench [--json] [--check] [--rounds N] [--flags TEXT] [--quantum N]\n"
	      "                   [--source NAME] DIRECTORY\n"
	      "       fiber-bench --rights\n", stderr);
	return EXIT_USAGE;
}

static int parse_number(const char *option, const char *text, unsigned int *number)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (!*text || *end || *text == '-' || !n || n > MAX_NUMBER) {
		complain("%s %s: a number from 1 to %d expected", option, text, MAX_NUMBER);
		return -1;
	}
	*number = n;
	return 0;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "check", no_argument, NULL, 'c' },
		{ "rounds", required_argument, NULL, 'r' },
		{ "rights", no_argument, NULL, 'R' },
		{ "flags", required_argument, NULL, 'f' },
		{ "quantum", required_argument, NULL, 'q' },
		{ "source", required_argument, NULL, 's' },
		{}
	};
	static struct results results = {
		.flags = "", .source = "", .rounds = ROUNDS,
	};
	bool json = false, check = false, rights = false;
	int opt;

	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (opt) {
		case 'j': json = true; break;
		case 'c': check = true; break;
		case 'R': rights = true; break;
		case 'f': results.flags = optarg; break;
		case 'q':
			if (parse_number("--quantum", optarg, &results.quantum))
				return EXIT_USAGE;
			break;
		case 's': results.source = optarg; break;
		case 'r':
			if (parse_number("--rounds", optarg, &results.rounds))
				return EXIT_USAGE;
			break;
		default: return usage();
		}
	}
	if (argc - optind != !rights)
		return usage();
	if (!may_use_bpf()) {
		complain("no rights to use BPF here: nothing measured");
		return EXIT_NO_RIGHTS;
	}
	if (rights)
		return EXIT_DONE;
	results.loads = results.rounds / ROUNDS_OF_LOAD;
	if (results.loads > LOADS)
		results.loads = LOADS;
	if (!results.loads)
		results.loads = 1;
	capture_libbpf_log();
	results.cpu = pin_to_cpu();
	if (measure_all(argv[optind], &results))
		return EXIT_FAILED;
	if (json)
		report_json(&results, stdout);
	else
		report_table(&results, stdout);
	if (fflush(stdout) || ferror(stdout)) {
		complain("cannot write: %s", strerror(errno));
		return EXIT_FAILED;
	}
	if (check && report_violations(&results, stderr))
		return EXIT_FAILED;
	return EXIT_DONE;
}
