// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * corrupt.c - write rubbish into a map element while programs use it.
 *
 *	corrupt MAP[KEY] ROUNDS SEED PROGRAM [option ...] | PROGRAM [option ...] ...
 *
 * What the programs return is no matter.  Their number and order, and what is
 * written, depend on SEED only: what has been found can be found again.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fiber-test.h"

#define MAX_PROGRAMS	12
#define MAX_RUNS	4	/* between one corruption and the next */
#define FRAME_HEADER	4
#define CLAIM		0x80	/* in the header's last byte: FIBER_CLAIM of abi.h */

/* xorshift64: the C library's generators differ from one to the next */
static __u64 next_random(__u64 *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state >> 16;
}

/* Numbers at which something ends; pointers to locals begin at 4096. */
static __u64 odd_number(__u64 *random)
{
	static const __u64 numbers[] = {
		0, 1, 2, 7, 8, 15, 16, 127, 128, 255, 256, 4095, 4096, 4100, 8192, 32767, 32768,
		65535, 0x7fffffff, 0x80000000, 0xffffffff, 0x7fffffffffffffff,
		0x8000000000000000, 0xffffffffffffffff,
	};

	return numbers[next_random(random) % ARRAY_SIZE(numbers)];
}

/*
 * Where all is random at once hardly more than the dispatch is ever reached: one
 * byte, one number or all of them, and in half of the cases not the header, so
 * that the fiber goes on where it waits.
 */
static void scribble(__u8 *value, size_t size, __u64 *random)
{
	__u8 header[FRAME_HEADER] = {};
	__u64 number;
	size_t width;

	if (size >= FRAME_HEADER)
		memcpy(header, value, FRAME_HEADER);
	switch (next_random(random) % 3) {
	case 0:
		for (size_t i = 0; i < size; i++)
			value[i] = next_random(random);
		break;
	case 1:
		for (int n = next_random(random) % 4; n >= 0; n--)
			value[next_random(random) % size] = next_random(random);
		break;
	case 2:
		number = odd_number(random);
		width = 1 << next_random(random) % 4;
		if (width <= size)
			memcpy(value + next_random(random) % (size / width) * width, &number,
			       width);
		break;
	}
	if (size < FRAME_HEADER)
		return;
	switch (next_random(random) % 4) {
	case 0:
	case 1:
		memcpy(value, header, FRAME_HEADER);
		break;
	case 2:
		memset(value, 0, FRAME_HEADER);
		value[0] = next_random(random) % 16;
		break;
	}
	/* Nobody can run what seems to be running: rarely. */
	if (next_random(random) % 16)
		value[FRAME_HEADER - 1] &= ~CLAIM;
}

static bool corrupt_element(struct test *t, const struct place *place, __u64 *random)
{
	size_t key_size = bpf_map__key_size(place->map);
	size_t size = bpf_map__value_size(place->map);
	static __u8 value[MAX_VALUE];

	if (bpf_map__lookup_elem(place->map, place->key, key_size, value, size, 0))
		return true;
	scribble(value, size, random);
	/* It may have gone meanwhile, with a timer. */
	if (!bpf_map__update_elem(place->map, place->key, key_size, value, size, BPF_EXIST) ||
	    errno == ENOENT)
		return true;
	fail(t, "cannot corrupt it: %s", strerror(errno));
	return false;
}

static unsigned int parse_programs(struct test *t, struct invocation *programs, char *text)
{
	unsigned int n = 0;

	while (text) {
		char *next = strchr(text, '|'), *rest;

		if (next) {
			*next++ = '\0';
			next += strspn(next, " \t");
		}
		if (n == MAX_PROGRAMS) {
			fail(t, "more than %d programs", MAX_PROGRAMS);
			return 0;
		}
		rest = invocation_parse(t, &programs[n++], text);
		if (!rest)
			return 0;
		if (*rest) {
			fail(t, "not understood: %s", rest);
			return 0;
		}
		text = next;
	}
	return n;
}

bool act_corrupt(struct test *t, char *args)
{
	static struct invocation programs[MAX_PROGRAMS];
	unsigned long rounds;
	const char *cursor = args;
	struct place place;
	unsigned int n;
	__u64 random;
	char *end;

	if (!place_parse(t, &cursor, &place) || !place.map || *cursor != ' ') {
		fail(t, "an element of a map expected");
		return false;
	}
	rounds = strtoul(cursor, &end, 0);
	random = strtoull(end, &end, 0);
	if (!rounds || !random || *end != ' ') {
		fail(t, "ROUNDS and SEED expected, which are not 0");
		return false;
	}
	n = parse_programs(t, programs, end + strspn(end, " \t"));
	if (!n)
		return false;
	while (rounds--) {
		if (!corrupt_element(t, &place, &random))
			return false;
		for (int runs = next_random(&random) % MAX_RUNS; runs >= 0; runs--) {
			struct invocation *in = &programs[next_random(&random) % n];

			invocation_run(in);
			if (!in->err)
				continue;
			fail(t, "cannot run %s: %s", bpf_program__name(in->prog),
			     strerror(-in->err));
			return false;
		}
	}
	return true;
}
