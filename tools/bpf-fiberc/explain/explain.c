// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/*
 * bpf-fiberc --explain-verifier LOG [OBJECT]
 *
 * LOG is what libbpf or bpftool print, or what the kernel wrote; it is read
 * once and forgotten line by line, so its length does not matter.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "explain.h"

enum { EXPLAINED, NOT_EXPLAINED, WRONG_USAGE };

#define MAX_MESSAGES	8

/* The log of one program, as far as it has been read. */
struct log {
	char *program;
	struct path *path;
	char *messages[MAX_MESSAGES];
	size_t n_messages;
	bool is_refused;	/* libbpf says so, or the log ends with a message */
	bool is_verifiers;	/* there is something in it that only the verifier writes */
};

static void forget_messages(struct log *log)
{
	while (log->n_messages)
		free(log->messages[--log->n_messages]);
}

static void begin(struct log *log, const char *program)
{
	free(log->program);
	log->program = program ? format("%s", program) : NULL;
	forget_messages(log);
	path__reset(log->path);
	log->is_verifiers = program != NULL;
}

static bool finish(struct log *log, const struct object *object, const char *object_path)
{
	bool found = log->n_messages && log->is_verifiers;

	if (found)
		report(&(struct failure){
			.program = log->program,
			.messages = log->messages,
			.n_messages = log->n_messages,
			.path = log->path,
			.object = object,
			.object_path = object_path,
		});
	begin(log, NULL);
	return found;
}

static void add_message(struct log *log, const char *text)
{
	/* What libbpf says is of use only if it says why. */
	if (starts_with(text, "libbpf: ")) {
		if (!message__find(text))
			return;
		log->is_verifiers = true;
	}
	/* Those before the last instruction were no reason to refuse. */
	if (log->n_messages < MAX_MESSAGES)
		log->messages[log->n_messages++] = format("%s", text);
	if (message__find(text))
		log->is_verifiers = true;
}

static bool read_log(FILE *file, const struct object *object, const char *object_path)
{
	struct log log = { .path = path__new(object) };
	bool found = false;
	char *text;

	while ((text = log__read(file))) {
		struct line line = line__parse(text);

		switch (line.kind) {
		case LINE_BEGIN:
			found |= finish(&log, object, object_path);
			begin(&log, line.text);
			break;
		case LINE_END:
			found |= finish(&log, object, object_path);
			break;
		case LINE_INSN:
			/* A log that is not between marks: another program. */
			if (!line.insn && !log.program && log.n_messages)
				found |= finish(&log, object, object_path);
			/* fall through */
		case LINE_FROM:
			forget_messages(&log);
			log.is_verifiers = true;
			path__add(log.path, &line);
			if (line.message)
				add_message(&log, line.message);
			break;
		case LINE_FUNCTION:
			forget_messages(&log);
			path__add(log.path, &line);
			break;
		case LINE_MESSAGE:
			add_message(&log, line.text);
			break;
		default:
			path__add(log.path, &line);
			break;
		}
	}
	found |= finish(&log, object, object_path);
	return found;
}

static int usage(void)
{
	fputs("usage: bpf-fiberc " ARG_EXPLAIN " LOG [OBJECT]\n"
	      "LOG is a verifier log, - for standard input; OBJECT the object file it is about\n",
	      stderr);
	return WRONG_USAGE;
}

int explain_verifier(int argc, char **argv)
{
	const char *path, *object_path = argc > 1 ? argv[1] : NULL, *error;
	struct object object = {};
	bool found, failed;
	FILE *file;

	if (argc < 1 || argc > 2)
		return usage();
	path = argv[0];
	error = object_path ? object__open(&object, object_path) : NULL;
	if (error) {
		fprintf(stderr, "bpf-fiberc: error: '%s': %s\n", object_path, error);
		return WRONG_USAGE;
	}
	file = strcmp(path, "-") ? fopen(path, "re") : stdin;
	if (!file) {
		fprintf(stderr, "bpf-fiberc: error: cannot read '%s': %s\n", path, strerror(errno));
		return WRONG_USAGE;
	}
	found = read_log(file, object_path ? &object : NULL, object_path);
	failed = ferror(file);
	if (file != stdin)
		fclose(file);
	if (failed) {
		fprintf(stderr, "bpf-fiberc: error: cannot read '%s'\n", path);
		return WRONG_USAGE;
	}
	if (!found)
		fprintf(stderr, "bpf-fiberc: error: '%s' is not a log of a program that the "
			"verifier has refused\n", path);
	return found ? EXPLAINED : NOT_EXPLAINED;
}
