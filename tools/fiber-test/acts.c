// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * acts.c - the acts of a script, except running programs (run.c).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "fiber-test.h"

#define WAIT_MS		5000

static void sleep_ms(long ms)
{
	struct timespec ts = { ms / 1000, ms % 1000 * 1000000 };

	while (nanosleep(&ts, &ts) && errno == EINTR)
		;
}

bool test_load(struct test *t)
{
	const char *bad;
	int err;

	if (t->loaded)
		return true;
	if (t->rejected) {
		fail(t, "the object was not loaded");
		return false;
	}
	err = bpf_object__load(t->obj);
	bad = log_bad_message();
	if (err || bad) {
		if (err)
			fail(t, "cannot load the object: %s", strerror(-err));
		else
			fail(t, "libbpf says \"%s\"", bad);
		log_print_tail(LOG_LINES);
		return false;
	}
	t->loaded = true;
	return true;
}

/* load: only needed where acceptance is all that is tested */
static bool act_load(struct test *t, char *args)
{
	(void)t;
	(void)args;
	return true;
}

/* rejected TEXT: the kernel refuses the object, and its log says TEXT */
static bool act_rejected(struct test *t, char *args)
{
	t->rejected = true;
	if (!bpf_object__load(t->obj)) {
		fail(t, "the kernel loaded it");
		return false;
	}
	if (log_contains(args))
		return true;
	fail(t, "the log does not say so");
	log_print_tail(LOG_LINES);
	return false;
}

static bool act_check(struct test *t, char *args)
{
	if (comparison_eval(t, args, true) != VERDICT_ERROR)
		return true;
	fail(t, "not understood, or no such name");
	return false;
}

/* wait: check that becomes true within five seconds */
static bool act_wait(struct test *t, char *args)
{
	for (int ms = 0; ms < WAIT_MS; ms++) {
		enum verdict verdict = comparison_eval(t, args, false);

		if (verdict == VERDICT_TRUE)
			return true;
		if (verdict == VERDICT_ERROR)
			break;
		sleep_ms(1);
	}
	return act_check(t, args);
}

static bool act_sleep(struct test *t, char *args)
{
	char *end;
	long ms = strtol(args, &end, 10);

	if (end == args || *end) {
		fail(t, "milliseconds expected");
		return false;
	}
	sleep_ms(ms);
	return true;
}

/* PLACE = VALUE, VALUE ... */
static bool assign(struct test *t, const char *text, struct place *place)
{
	if (place_parse(t, &text, place)) {
		if (place->frozen) {
			fail(t, "constants are set before the load");
			return false;
		}
		while (*text == ' ')
			text++;
		if (*text++ == '=') {
			while (*text == ' ')
				text++;
			if (typed_fill(t, place->type, place->data, &text) && !*text)
				return true;
		}
	}
	fail(t, "not understood, or no such name");
	return false;
}

static bool act_set(struct test *t, char *args)
{
	struct place place;

	return assign(t, args, &place);
}

/* put MAP[KEY] = VALUES */
static bool act_put(struct test *t, char *args)
{
	struct place place;

	if (!assign(t, args, &place))
		return false;
	if (place.map &&
	    !bpf_map__update_elem(place.map, place.key, bpf_map__key_size(place.map),
				  place.data, bpf_map__value_size(place.map), BPF_ANY))
		return true;
	fail(t, "cannot put it: %s", strerror(errno));
	return false;
}

/* delete MAP[KEY], as user space may do at any time */
static bool act_delete(struct test *t, char *args)
{
	const char *cursor = args;
	struct place place;

	if (!place_parse(t, &cursor, &place) || !place.map || *cursor) {
		fail(t, "not understood, or no such name");
		return false;
	}
	if (bpf_map__delete_elem(place.map, place.key, bpf_map__key_size(place.map), 0))
		fail(t, "cannot delete it: %s", strerror(errno));
	return true;
}

static bool act_shell(struct test *t, char *args)
{
	int status = system(args);

	if (status)
		fail(t, "exit status %d", status);
	return true;
}

static int take_event(void *ctx, void *data, size_t size)
{
	/* struct fiber_event of bpf_fiber/abi.h */
	const struct { __u32 token, key_size; __u8 key[]; } *record = data;
	struct test *t = ctx;
	struct event *event = &t->events[t->nr_events];

	if (size < sizeof(*record) || record->key_size > MAX_KEY ||
	    record->key_size > size - sizeof(*record))
		return 0;
	event->token = record->token;
	event->key_size = record->key_size;
	memcpy(event->key, record->key, record->key_size);
	t->nr_events++;
	return -1;	/* one at a time: the rest stays in the buffer */
}

static bool open_ring(struct test *t)
{
	struct bpf_map *map;

	if (t->ring)
		return true;
	map = bpf_object__find_map_by_name(t->obj, "fiber_events");
	if (map)
		t->ring = ring_buffer__new(bpf_map__fd(map), take_event, t, NULL);
	return t->ring;
}

/* A record does not say of which fiber it is: the next map of frames with such keys. */
static struct bpf_map *next_frames(struct test *t, struct bpf_map *map, __u32 key_size)
{
	while ((map = bpf_object__next_map(t->obj, map))) {
		const struct btf_type *value =
			btf__type_by_id(t->btf, bpf_map__btf_value_type_id(map));
		const char *name = value ? btf__name_by_offset(t->btf, value->name_off) : "";
		size_t len = strlen(name);

		if (bpf_map__key_size(map) == key_size && len > strlen("_frame") &&
		    !strcmp(name + len - strlen("_frame"), "_frame"))
			return map;
	}
	return NULL;
}

/* Whether @text is the key of @event, in the type of a map that it may be from. */
static bool is_from(struct test *t, const struct event *event, const char *text)
{
	bool understood = false;
	struct bpf_map *map = NULL;

	while ((map = next_frames(t, map, event->key_size))) {
		__u32 type = bpf_map__btf_key_type_id(map);
		const char *cursor = text;
		__u8 key[MAX_KEY] = {};

		if (!typed_fill(t, type, key, &cursor) || *cursor)
			continue;
		if (!memcmp(key, event->key, event->key_size))
			return true;
		if (!understood) {
			fprintf(stderr, "the event is from ");
			typed_print(t->btf, type, event->key, event->key_size);
			fputc('\n', stderr);
		}
		understood = true;
	}
	fail(t, understood ? "it is from another key" : "the key is not understood");
	return understood;
}

/* event NAME [from KEY]: take a record; $NAME is its token */
static bool act_event(struct test *t, char *args)
{
	unsigned int before = t->nr_events;
	struct event *event;
	char name[32];
	int used = 0;

	if (sscanf(args, "%31[A-Za-z0-9_]%n", name, &used) != 1 ||
	    (args[used] && strncmp(args + used, " from ", strlen(" from ")))) {
		fail(t, "a name, or a name and 'from' a key, expected");
		return false;
	}
	if (before == MAX_EVENTS || !open_ring(t)) {
		fail(t, "no fiber_events, or too many events");
		return false;
	}
	ring_buffer__poll(t->ring, 1000);
	if (t->nr_events == before) {
		fail(t, "none came");
		return false;
	}
	event = &t->events[before];
	strcpy(event->name, name);
	return !args[used] || is_from(t, event, args + used + strlen(" from "));
}

/* let NAME = SUM: $NAME is its value */
static bool act_let(struct test *t, char *args)
{
	struct event *event = t->events;
	char name[32];
	__s64 number;
	int used = 0;

	if (sscanf(args, "%31[A-Za-z0-9_] = %n", name, &used) != 1 || !used ||
	    !sum_evaluate(t, args + used, &number)) {
		fail(t, "a name and a sum expected");
		return false;
	}
	while (event < t->events + t->nr_events && strcmp(event->name, name))
		event++;
	if (event == t->events + MAX_EVENTS) {
		fail(t, "too many names");
		return false;
	}
	if (event == t->events + t->nr_events)
		t->nr_events++;
	strcpy(event->name, name);
	event->token = number;
	return true;
}

const struct act acts[] = {
	{ "load",	act_load,	false },
	{ "rejected",	act_rejected,	true },
	{ "set",	act_set,	true },
	{ "check",	act_check,	false },
	{ "wait",	act_wait,	false },
	{ "sleep",	act_sleep,	false },
	{ "put",	act_put,	false },
	{ "delete",	act_delete,	false },
	{ "run",	act_run,	false },
	{ "parallel",	act_parallel,	false },
	{ "corrupt",	act_corrupt,	false },
	{ "event",	act_event,	false },
	{ "let",	act_let,	false },
	{ "attach",	act_attach,	false },
	{ "netns",	act_netns,	true },
	{ "shell",	act_shell,	false },
	{ }
};
