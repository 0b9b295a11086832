// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * measure.c - many short rounds, on objects that are loaded several times.
 *
 * In a round fiber and twin take turns, and who is first alternates, so that
 * both see the same machine.  Where the kernel puts a program and its maps in
 * memory makes a difference of some percent which no number of rounds shows:
 * therefore several loads.
 */
#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"

const char * const side_names[SIDES] = { "fiber", "hand" };

const char * const method_names[METHODS] = { "test_run", "run_stats", "wall_clock" };

/* Rounds that are run but not counted at the beginning of each load. */
#define WARM_UP		2
/* Kernel threads of this CPU have work to do, too. */
#define PAUSE_US	100

/* Time per round of all loads of one measure. */
struct series {
	double *ns[SIDES][MAX_ACTIVATIONS];
	double *ratio[MAX_ACTIVATIONS];		/* of each load */
	double *net_ratio[MAX_ACTIVATIONS];
};

static double *numbers(size_t n)
{
	double *p = calloc(n, sizeof(*p));

	if (!p)
		abort();
	return p;
}

static void series_alloc(struct series *s, const struct results *results)
{
	for (int a = 0; a < MAX_ACTIVATIONS; a++) {
		for (int side = 0; side < SIDES; side++)
			s->ns[side][a] = numbers(results->rounds);
		s->ratio[a] = numbers(results->loads);
		s->net_ratio[a] = numbers(results->loads);
	}
}

static void series_free(struct series *s)
{
	for (int a = 0; a < MAX_ACTIVATIONS; a++) {
		for (int side = 0; side < SIDES; side++)
			free(s->ns[side][a]);
		free(s->ratio[a]);
		free(s->net_ratio[a]);
	}
}

static int load_both(const struct example *example, const char *directory, enum side first,
		     struct objects *o)
{
	char path[4096];

	memset(o, 0, sizeof(*o));
	for (int turn = 0; turn < SIDES; turn++) {
		enum side side = first ^ turn;

		snprintf(path, sizeof(path), "%s/%s.%s.o", directory, example->name,
			 side_names[side]);
		o->obj[side] = load_object(path);
		if (!o->obj[side])
			return -1;
	}
	return 0;
}

static void close_both(struct objects *o)
{
	for (int side = 0; side < SIDES; side++)
		bpf_object__close(o->obj[side]);
}

/* Rounds from @from to @to of a measure on objects that are prepared. */
static int run_rounds(const struct measure *m, struct objects *o, unsigned int from,
		      unsigned int to, struct series *s)
{
	struct round r;

	for (int i = 0; i < WARM_UP; i++)
		if (m->round(o, i % SIDES, &r))
			return -1;
	for (unsigned int i = from; i < to; i++) {
		memset(&r, 0, sizeof(r));
		if (m->round(o, i % SIDES, &r))
			return -1;
		for (int a = 0; m->activations[a]; a++)
			for (int side = 0; side < SIDES; side++)
				s->ns[side][a][i] = r.ns[side][a];
		usleep(PAUSE_US);
	}
	return 0;
}

static int run_measure(const struct measure *m, struct objects *o, unsigned int load,
		       struct results *results, struct series *s)
{
	unsigned int from = results->rounds * load / results->loads;
	unsigned int to = results->rounds * (load + 1) / results->loads;
	/* The kernel counts only while somebody asks for it; it takes time. */
	int stats = m->method == RUN_STATS ? bpf_enable_stats(BPF_STATS_RUN_TIME) : -1;
	int err;

	if (m->method == RUN_STATS && stats < 0) {
		complain("cannot make the kernel count run times: %s", strerror(errno));
		return -1;
	}
	/* Without it, too, the medians are usable. */
	if (m->realtime)
		results->realtime = set_realtime(true);
	err = m->prepare ? m->prepare(o, load % SIDES) : 0;
	if (!err)
		err = run_rounds(m, o, from, to, s);
	set_realtime(false);
	if (m->finish && m->finish(o))
		err = -1;
	if (stats >= 0)
		close(stats);
	if (err)
		return -1;
	for (int a = 0; m->activations[a]; a++) {
		const double *fiber = s->ns[FIBER][a] + from, *hand = s->ns[HAND][a] + from;
		double floor = results->floor_ns[m->method];

		s->ratio[a][load] = paired_ratio(fiber, hand, to - from, 0);
		s->net_ratio[a][load] = paired_ratio(fiber, hand, to - from, floor);
	}
	return 0;
}

static void summarize(const struct measure *m, const struct results *results, struct series *s,
		      struct example_result *result)
{
	for (int a = 0; m->activations[a]; a++) {
		struct activation *activation = &result->activations[result->nr_activations++];
		const double *ratio = s->ratio[a];

		activation->name = m->activations[a];
		activation->method = m->method;
		for (int side = 0; side < SIDES; side++)
			activation->ns[side] = spread_of(s->ns[side][a], results->rounds);
		activation->ratio.value = geometric_mean(ratio, results->loads);
		activation->ratio.low = activation->ratio.high = ratio[0];
		for (unsigned int i = 1; i < results->loads; i++) {
			if (ratio[i] < activation->ratio.low)
				activation->ratio.low = ratio[i];
			if (ratio[i] > activation->ratio.high)
				activation->ratio.high = ratio[i];
		}
		activation->net_ratio = geometric_mean(s->net_ratio[a], results->loads);
	}
}

static int run_loads(const struct example *example, const char *directory,
		     struct results *results, struct series *series,
		     struct example_result *result)
{
	struct objects o;
	int err = 0;

	for (unsigned int load = 0; !err && load < results->loads; load++) {
		err = load_both(example, directory, load % SIDES, &o);
		for (int side = 0; !err && !load && side < SIDES; side++)
			err = object_size(o.obj[side], example->frames, &result->size[side]);
		for (size_t i = 0; !err && i < example->nr_measures; i++)
			err = run_measure(&example->measures[i], &o, load, results, &series[i]);
		close_both(&o);
	}
	return err;
}

int measure_example(const struct example *example, const char *directory, struct results *results)
{
	struct example_result *result = &results->examples[results->nr_examples];
	struct series *series = calloc(example->nr_measures, sizeof(*series));
	double ratios[MAX_MEASURED];
	int err;

	if (!series)
		abort();
	for (size_t i = 0; i < example->nr_measures; i++)
		series_alloc(&series[i], results);
	result->name = example->name;
	err = run_loads(example, directory, results, series, result);
	for (size_t i = 0; i < example->nr_measures; i++) {
		if (!err)
			summarize(&example->measures[i], results, &series[i], result);
		series_free(&series[i]);
	}
	free(series);
	if (err) {
		complain("cannot measure %s", example->name);
		return -1;
	}
	for (size_t i = 0; i < result->nr_activations; i++)
		ratios[i] = result->activations[i].ratio.value;
	result->ns_ratio = geometric_mean(ratios, result->nr_activations);
	results->nr_examples++;
	return 0;
}

#define FLOOR_ROUNDS	50
#define FLOOR_REPEAT	10000

static int floor_round(int prog, double *test_run, double *run_stats)
{
	struct packet packet = udp_packet(0, 0);
	struct run_stats before;
	int stats, err;

	if (time_packet(prog, &packet, FLOOR_REPEAT, XDP_PASS, test_run))
		return -1;
	stats = bpf_enable_stats(BPF_STATS_RUN_TIME);
	if (stats < 0)
		return -1;
	err = run_stats_read(prog, &before);
	for (int i = 0; !err && i < 100; i++)
		err = run_packet(prog, &packet, XDP_PASS);
	if (!err)
		err = run_stats_mean(prog, &before, 100, false, run_stats);
	close(stats);
	return err;
}

/* What an empty program costs: part of every number that a method gives. */
int measure_floor(struct results *results)
{
	double test_run[FLOOR_ROUNDS], run_stats[FLOOR_ROUNDS];
	int prog, err = 0;

	prog = load_empty(BPF_PROG_TYPE_XDP);
	if (prog < 0) {
		complain("cannot load an empty program: %s", strerror(errno));
		return -1;
	}
	set_realtime(true);
	for (int i = 0; !err && i < FLOOR_ROUNDS; i++)
		err = floor_round(prog, &test_run[i], &run_stats[i]);
	set_realtime(false);
	close(prog);
	if (err) {
		complain("cannot run an empty program");
		return -1;
	}
	results->floor_ns[TEST_RUN] = spread_of(test_run, FLOOR_ROUNDS).median;
	results->floor_ns[RUN_STATS] = spread_of(run_stats, FLOOR_ROUNDS).median;
	return 0;
}
