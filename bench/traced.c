// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * traced.c - two programs at tracepoints, run by doing what passes by them.
 *
 * Only one of the objects is attached at a time: a second program at the same
 * tracepoint finds caches and branch predictors warm and takes a third less.
 */
#include <string.h>
#include <unistd.h>

#include "bench.h"

int traced_prepare(struct traced *t)
{
	private_tracefs();
	memset(t->done, 0, sizeof(t->done));
	for (size_t i = 0; i < TRACED_PROGRAMS; i++)
		t->keep_alive[i] = -1;
	for (size_t i = 0; i < TRACED_PROGRAMS; i++) {
		t->keep_alive[i] = tracepoint_keep_alive(t->tracepoints[i]);
		if (t->keep_alive[i] < 0)
			return -1;
	}
	return 0;
}

/* Other processes do the same, so the programs may have run more often. */
static int measure_acts(const struct traced *t, struct bpf_object *obj, double *ns)
{
	struct run_stats before[TRACED_PROGRAMS];

	if (t->act(t->warm_up))
		return -1;
	for (size_t i = 0; i < TRACED_PROGRAMS; i++)
		if (run_stats_read(program_fd(obj, t->programs[i]), &before[i]))
			return -1;
	if (t->act(t->times))
		return -1;
	for (size_t i = 0; i < TRACED_PROGRAMS; i++)
		if (run_stats_mean(program_fd(obj, t->programs[i]), &before[i], t->times, true,
				   &ns[i]))
			return -1;
	return 0;
}

int traced_round(struct traced *t, struct objects *o, enum side first, struct round *r)
{
	for (int turn = 0; turn < SIDES; turn++) {
		enum side side = first ^ turn;
		struct bpf_link *links[TRACED_PROGRAMS] = {};
		int err;

		err = attach_programs(o->obj[side], t->programs, links, TRACED_PROGRAMS);
		if (!err)
			err = measure_acts(t, o->obj[side], r->ns[side]);
		for (size_t i = 0; i < TRACED_PROGRAMS; i++)
			bpf_link__destroy(links[i]);
		if (err)
			return -1;
		t->done[side] += t->warm_up + t->times;
	}
	return 0;
}

void traced_finish(struct traced *t)
{
	for (size_t i = 0; i < TRACED_PROGRAMS; i++) {
		if (t->keep_alive[i] >= 0)
			close(t->keep_alive[i]);
		t->keep_alive[i] = -1;
	}
}
