// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * script.c - find the acts in a file and do them in order.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "fiber-test.h"

#define MARK	"DO:"

/* The mark is a word of its own, so that prose may use the letters. */
static char *find_act(char *line)
{
	char *mark = strstr(line, MARK);

	if (!mark || (mark > line && !isspace((unsigned char)mark[-1])))
		return NULL;
	mark += strlen(MARK);
	if (!isspace((unsigned char)*mark))
		return NULL;
	while (isspace((unsigned char)*mark))
		mark++;
	return mark;
}

static void trim(char *s)
{
	size_t len = strlen(s);

	while (len && isspace((unsigned char)s[len - 1]))
		s[--len] = '\0';
	if (len > 1 && s[len - 2] == '*' && s[len - 1] == '/')
		s[len - 2] = '\0';
}

static bool do_act(struct test *t, char *text)
{
	char *args = strpbrk(text, " \t");
	const struct act *act;

	snprintf(t->act, sizeof(t->act), "%s", text);
	if (args) {
		*args++ = '\0';
		while (isspace((unsigned char)*args))
			args++;
	} else {
		args = text + strlen(text);
	}
	for (act = acts; act->name; act++) {
		if (strcmp(act->name, text))
			continue;
		if (!act->before_load && !test_load(t))
			return false;
		return act->run(t, args);
	}
	fail(t, "no such act");
	return false;
}

bool script_run(struct test *t)
{
	FILE *file = fopen(t->script, "re");
	unsigned int done = 0;
	char line[4096];	/* a packet of 1500 bytes in hexadecimal */
	bool go_on = true;

	if (!file) {
		fprintf(stderr, "fiber-test: %s: %s\n", t->script, strerror(errno));
		return false;
	}
	while (go_on && fgets(line, sizeof(line), file)) {
		char *act = find_act(line);

		t->line++;
		if (!act)
			continue;
		trim(act);
		go_on = do_act(t, act);
		done++;
	}
	fclose(file);
	/* A test that does nothing must not pass. */
	if (!done) {
		fprintf(stderr, "fiber-test: %s: no line with \"%s\"\n", t->script, MARK);
		return false;
	}
	return go_on;
}
