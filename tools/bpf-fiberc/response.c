// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/*
 * Response files (@file).  Clang expands them itself, and better: long ones,
 * both quoting styles, its own errors.  So a file is opened up here only when
 * an argument in it is the driver's business, or when reading it used it up (a
 * pipe).  The rules are those of LLVM's TokenizeGNUCommandLine().
 */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "driver.h"

/* Clang refuses cycles with a message of its own: leave them to it. */
#define MAX_DEPTH	16

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Reads the whole file; NULL when it cannot be read, as clang will say. */
static char *read_file(const char *path, bool *is_regular)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t len = 0, cap = 0;
	char *text = NULL;
	struct stat st;
	ssize_t got;

	if (fd < 0)
		return NULL;
	*is_regular = !fstat(fd, &st) && S_ISREG(st.st_mode);
	do {
		if (cap - len < 2) {
			cap = cap ? 2 * cap : 65536;
			text = realloc(text, cap);
			if (!text)
				die("out of memory");
		}
		got = read(fd, text + len, cap - len - 1);
		if (got > 0)
			len += got;
	} while (got > 0 || (got < 0 && errno == EINTR));
	close(fd);
	if (got < 0) {
		free(text);
		return NULL;
	}
	text[len] = '\0';
	return text;
}

/* Cuts the next token out of *text, in place; NULL at the end. */
static char *next_token(char **text)
{
	char *in = *text, *out, *token;
	char quote = 0;

	while (is_space(*in))
		in++;
	token = out = in;
	while (*in && (quote || !is_space(*in))) {
		if (*in == '\\' && in[1]) {
			*out++ = in[1];
			in += 2;
		} else if (quote ? *in == quote : *in == '"' || *in == '\'') {
			quote = quote ? 0 : *in;
			in++;
		} else {
			*out++ = *in++;
		}
	}
	*text = *in ? in + 1 : in;
	if (out == token && !*in)
		return NULL;
	*out = '\0';
	return token;
}

static void add_everywhere(struct command_line *line, char *arg)
{
	args__add(&line->alone, arg);
	args__add(&line->plugged, arg);
	args__add(&line->full, arg);
}

/* Which of the vectors of a command line cannot have @file as it stands. */
struct replace {
	bool alone;
	bool plugged;
};

/* Adds what @arg stands for. */
static struct replace expand(struct command_line *line, char *arg, unsigned int depth)
{
	struct command_line inner = {};
	struct replace replace = {};
	bool is_regular;
	char *text, *token;

	text = depth < MAX_DEPTH ? read_file(arg + 1, &is_regular) : NULL;
	if (!text) {
		add_everywhere(line, arg);
		return replace;
	}
	replace.alone = replace.plugged = !is_regular;
	if (starts_with(text, "\xef\xbb\xbf"))
		text += 3;
	while ((token = next_token(&text))) {
		if (*token == '@') {
			struct replace below = expand(&inner, token, depth + 1);

			replace.alone |= below.alone;
			replace.plugged |= below.plugged;
		} else if (*token) {
			bool is_own = starts_with(token, ARG_OWN);

			replace.alone |= is_own;
			replace.plugged |= is_own || starts_with(token, ARG_MJ);
			add_everywhere(&inner, token);
		}
	}
	args__add_all(&line->full, &inner.full);
	if (replace.alone)
		args__add_all(&line->alone, &inner.alone);
	else
		args__add(&line->alone, arg);
	if (replace.plugged)
		args__add_all(&line->plugged, &inner.plugged);
	else
		args__add(&line->plugged, arg);
	return replace;
}

struct command_line command_line__expand(char **argv)
{
	struct command_line line = { .is_full = true };

	for (char **arg = argv; *arg; arg++)
		if (!strcmp(*arg, "--rsp-quoting=windows") || !strcmp(*arg, "--driver-mode=cl"))
			line.is_full = false;
	for (char **arg = argv; *arg; arg++) {
		if (**arg == '@' && line.is_full)
			expand(&line, *arg, 0);
		else
			add_everywhere(&line, *arg);
	}
	return line;
}
