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

static bool concerns_driver(const char *arg)
{
	return starts_with(arg, ARG_QUANTUM) || starts_with(arg, ARG_MJ);
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

/* Adds what @arg stands for; returns whether that must replace @arg. */
static bool expand(struct args *args, char *arg, unsigned int depth)
{
	struct args inner = {};
	bool is_regular, replace;
	char *text, *token;

	text = depth < MAX_DEPTH ? read_file(arg + 1, &is_regular) : NULL;
	if (!text) {
		args__add(args, arg);
		return false;
	}
	replace = !is_regular;
	if (starts_with(text, "\xef\xbb\xbf"))
		text += 3;
	while ((token = next_token(&text))) {
		if (!*token)
			continue;
		if (*token == '@') {
			replace |= expand(&inner, token, depth + 1);
		} else {
			replace |= concerns_driver(token);
			args__add(&inner, token);
		}
	}
	if (replace)
		args__add_all(args, &inner);
	else
		args__add(args, arg);
	return replace;
}

struct args args__expand(char **argv)
{
	struct args args = {};
	bool gnu = true;

	for (char **arg = argv; *arg; arg++)
		if (!strcmp(*arg, "--rsp-quoting=windows") || !strcmp(*arg, "--driver-mode=cl"))
			gnu = false;
	for (char **arg = argv; *arg; arg++) {
		if (**arg == '@' && gnu)
			expand(&args, *arg, 0);
		else
			args__add(&args, *arg);
	}
	return args;
}
