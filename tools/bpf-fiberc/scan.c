// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/*
 * Can there be a fiber in what is compiled?
 *
 * Clang writes the forward declarations in .BTF in the order of the addresses
 * that their nodes have on its heap (BTFDebug, FixupDerivedTypes).  A loaded
 * plugin, and be it one that does nothing, or just one more argument, moves
 * them: every tenth program of the kernel's self-tests becomes another object.
 * So a source without fibers is compiled by clang alone, with the user's
 * arguments alone.
 *
 * Whether it is one is read off the text of the inputs and of all files they
 * may include.  Where the answer is not certain it is "yes": then the plugins
 * look, and find nothing.  It may err only on that side: conditionals are
 * ignored, of several files that an #include can mean all are read, and what
 * the search for them does not know counts as a fiber.
 */

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "driver.h"

/* One file to read; a list of all, in the order they were found. */
struct file {
	char *path;
	dev_t dev;
	ino_t ino;
};

struct scan {
	struct args dirs;	/* where an #include is looked up */
	struct args forced;	/* the files of -include */
	struct file *files;
	size_t n;
	size_t cap;
	bool uncertain;		/* cannot tell which files are read */
	bool reads_stdin;
};

static const char *const system_dirs[] = { "/usr/local/include", "/usr/include" };

/* Variables with more folders, separated by colons. */
static const char *const dir_variables[] = {
	"CPATH", "C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH", "OBJC_INCLUDE_PATH",
	"OBJCPLUS_INCLUDE_PATH",
};

/* Options by which clang reads what is not known here. */
static const char *const odd_options[] = {
	"--config", "-ivfsoverlay", "-vfsoverlay", "-iprefix",
	"-iwithprefix", "-iwithsysroot", "-include-pch", "-fmodule", "-fcxx-modules", "-fprebuilt",
	"-working-directory", "-iframework", "-F", "-Wp,", "-Xpreprocessor", "-I-", "-I=",
	"-isystem=", "--embed-dir", "-cxx-isystem", "-stdlib++-isystem",
};

/* What the user wants to see: the command line with the plugins. */
static const char *const showing_options[] = { "-v", "--verbose", "-###" };

/* Options with a folder, and with a file that is included before all else. */
static const char *const dir_options[] = {
	"--include-directory-after=", "--include-directory-after", "--include-directory=",
	"--include-directory", "-idirafter", "-isystem-after", "-isystem", "-iquote", "-I",
};

static const char *const sysroot_options[] = { "--sysroot=", "--sysroot", "-isysroot" };

static const char *const file_options[] = {
	"--include=", "--include", "-include", "--imacros=", "--imacros", "-imacros",
};

static bool is_one_of(const char *arg, const char *const *options, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(arg, options[i]))
			return true;
	return false;
}

static bool begins_with_one_of(const char *arg, const char *const *options, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (starts_with(arg, options[i]))
			return true;
	return false;
}

static bool is_odd(const char *arg)
{
	/* Not odd, and common: -Wp,-MD,file */
	if (starts_with(arg, "-Wp,-M")) {
		const char *comma = strchr(arg + strlen("-Wp,"), ',');

		return comma && strchr(comma + 1, ',');
	}
	return begins_with_one_of(arg, odd_options, ARRAY_SIZE(odd_options));
}

/* An argument that goes past clang's driver: most set a flag. */
static bool is_odd_for_cc1(const char *arg)
{
	return starts_with(arg, "-I") || starts_with(arg, "-i") || starts_with(arg, "-c-") ||
	       starts_with(arg, "-D") || is_odd(arg);
}

static void add_file(struct scan *scan, const char *path)
{
	struct stat st;

	if (stat(path, &st) || S_ISDIR(st.st_mode))
		return;
	if (!S_ISREG(st.st_mode)) {
		/* What is in a pipe can be read only once. */
		scan->uncertain |= strcmp(path, "/dev/null") != 0;
		return;
	}
	for (size_t i = 0; i < scan->n; i++)
		if (scan->files[i].ino == st.st_ino && scan->files[i].dev == st.st_dev)
			return;
	if (scan->n == scan->cap) {
		scan->cap = scan->cap ? 2 * scan->cap : 64;
		scan->files = realloc(scan->files, scan->cap * sizeof(*scan->files));
		if (!scan->files)
			die("out of memory");
	}
	scan->files[scan->n++] = (struct file){ format("%s", path), st.st_dev, st.st_ino };
}

/* All files that @name can mean in a file of the folder @dir. */
static void add_include(struct scan *scan, const char *dir, size_t dir_len, const char *name,
			size_t name_len)
{
	char *path;

	if (*name == '/')
		path = format("%.*s", (int)name_len, name);
	else
		path = format("%.*s%.*s", (int)dir_len, dir, (int)name_len, name);
	add_file(scan, path);
	free(path);
	for (size_t i = 0; *name != '/' && i < scan->dirs.n; i++) {
		path = format("%s/%.*s", scan->dirs.v[i], (int)name_len, name);
		add_file(scan, path);
		free(path);
	}
}

static const char *skip_blanks(const char *at, const char *end)
{
	while (at < end) {
		if (*at == ' ' || *at == '\t' || *at == '\f' || *at == '\v') {
			at++;
		} else if (end - at >= 2 && *at == '\\' && (at[1] == '\n' || at[1] == '\r')) {
			at += 2;
		} else if (end - at >= 2 && at[0] == '/' && at[1] == '*') {
			const char *close = memmem(at + 2, end - at - 2, "*/", 2);

			at = close ? close + 2 : end;
		} else {
			break;
		}
	}
	return at;
}

/*
 * Whether only blanks, and perhaps a comment, stand before the # at @at in its
 * line.  System headers speak of #include_next in their comments.
 */
static bool begins_line(const char *text, const char *at)
{
	while (at > text && (at[-1] == ' ' || at[-1] == '\t' || at[-1] == '\f' || at[-1] == '\v'))
		at--;
	return at == text || strchr("\n\r/", at[-1]);
}

/* What a macro's name, or what may stand before it, can begin with. */
static bool may_begin_macro(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80) ||
	       strchr("_$\\/?", c);
}

/* Follows the directive after a # at @at, if it includes something. */
static void scan_directive(struct scan *scan, const char *dir, size_t dir_len, const char *at,
			   const char *end)
{
	static const char *const names[] = {
		"include_next", "include", "import", "__include_macros",
	};
	const char *close;
	size_t i;

	at = skip_blanks(at, end);
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		size_t len = strlen(names[i]);

		if ((size_t)(end - at) > len && !memcmp(at, names[i], len)) {
			at += len;
			break;
		}
	}
	if (i == ARRAY_SIZE(names))
		return;
	at = skip_blanks(at, end);
	if (at == end)
		return;
	close = *at == '"' || *at == '<' ? memchr(at + 1, *at == '"' ? '"' : '>', end - at - 1) :
					   NULL;
	if (!close) {
		if (*at == '"' || *at == '<' || may_begin_macro(*at))
			scan->uncertain = true;	/* a macro says which */
		return;
	}
	add_include(scan, *at == '"' ? dir : "", *at == '"' ? dir_len : 0, at + 1, close - at - 1);
}

static bool mentions_fibers(const char *text, size_t len)
{
	const char *at = text, *end = text + len;

	/* Bitcode: the symbol table is there in plain, an annotation needs it. */
	if (len > 4 && (!memcmp(text, "BC\xc0\xde", 4) || !memcmp(text, "\xde\xc0\x17\x0b", 4)))
		return memmem(text, len, "llvm.global.annotations", 23);
	/* <bpf_fiber/...> or annotate("bpf_fiber"), not other names like it. */
	while ((at = memmem(at, end - at, MENTION, strlen(MENTION)))) {
		if (at > text && at[-1] == '"')
			return true;
		at += strlen(MENTION);
		if (at < end && *at == '/')
			return true;
	}
	return false;
}

static bool scan_text(struct scan *scan, const char *path, const char *text, size_t len)
{
	const char *slash = strrchr(path, '/'), *at = text, *end = text + len;
	size_t dir_len = slash ? slash + 1 - path : 0;

	if (mentions_fibers(text, len))
		return true;
	for (; (at = memchr(at, '#', end - at)); at++)
		if (begins_line(text, at))
			scan_directive(scan, path, dir_len, at + 1, end);
	/* The other spellings of # are too rare to follow. */
	if (memmem(text, len, "%:include", 9) || memmem(text, len, "\?\?=include", 10))
		scan->uncertain = true;
	return scan->uncertain;
}

/* True when the file cannot be read, too: clang will say so, or knows how. */
static bool scan_fd(struct scan *scan, const char *path, int fd)
{
	struct stat st;
	char *text;
	bool found;

	if (fd < 0 || fstat(fd, &st))
		return true;
	if (!st.st_size)
		return false;
	text = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (text == MAP_FAILED)
		return true;
	found = scan_text(scan, path, text, st.st_size);
	munmap(text, st.st_size);
	return found;
}

/* Standard input is read here, and clang gets it from memory. */
static bool scan_stdin(struct scan *scan)
{
	int memory = memfd_create("stdin", MFD_CLOEXEC);
	char buffer[65536];
	bool found;
	ssize_t got;

	if (memory < 0)
		return true;
	while ((got = read(STDIN_FILENO, buffer, sizeof(buffer))) > 0)
		if (write(memory, buffer, got) != got)
			die("cannot keep standard input in memory");
	found = scan_fd(scan, "", memory);
	if (lseek(memory, 0, SEEK_SET) || dup2(memory, STDIN_FILENO) < 0)
		die("cannot hand standard input on");
	return found;
}

static void add_dirs(struct scan *scan, const char *list)
{
	while (list && *list) {
		const char *end = strchrnul(list, ':');

		args__add(&scan->dirs,
			  end > list ? format("%.*s", (int)(end - list), list) : ".");
		list = *end ? end + 1 : end;
	}
}

/*
 * When @arg is one of @options, joined with its value or followed by it as
 * @next, returns the value.
 */
static char *value_of(char *arg, char *next, const char *const *options, size_t n, bool *is_next)
{
	for (size_t i = 0; i < n; i++) {
		if (!starts_with(arg, options[i]))
			continue;
		*is_next = !arg[strlen(options[i])];
		return *is_next ? next : arg + strlen(options[i]);
	}
	return NULL;
}

static void note_input(struct scan *scan, const char *arg)
{
	if (!strcmp(arg, "-"))
		scan->reads_stdin = true;
	else
		add_file(scan, arg);
}

/* Notes what @arg says, and returns whether that used @next up. */
static bool note_option(struct scan *scan, char *arg, char *next)
{
	bool is_next = false;
	char *value;

	if (is_odd(arg) ||
	    is_one_of(arg, showing_options, ARRAY_SIZE(showing_options)) ||
	    (starts_with(arg, "-D") && strstr(arg, MENTION)))
		scan->uncertain = true;
	value = value_of(arg, next, dir_options, ARRAY_SIZE(dir_options), &is_next);
	if (value) {
		args__add(&scan->dirs, value);
		return is_next;
	}
	value = value_of(arg, next, sysroot_options, ARRAY_SIZE(sysroot_options), &is_next);
	if (value) {
		for (size_t i = 0; i < ARRAY_SIZE(system_dirs); i++)
			args__add(&scan->dirs, format("%s%s", value, system_dirs[i]));
		return is_next;
	}
	value = value_of(arg, next, file_options, ARRAY_SIZE(file_options), &is_next);
	if (value) {
		args__add(&scan->forced, value);
		return is_next;
	}
	if (!next || !takes_value(arg))
		return false;
	if ((!strcmp(arg, "-Xclang") && is_odd_for_cc1(next)) ||
	    (!strcmp(arg, "-D") && strstr(next, MENTION)))
		scan->uncertain = true;
	return true;
}

bool scan__may_have_fibers(const struct args *args)
{
	const char *override = getenv("CCC_OVERRIDE_OPTIONS");	/* edits arguments */
	struct scan scan = {};
	bool only_inputs = false;

	scan.uncertain = override && *override;
	for (size_t i = 0; i < ARRAY_SIZE(dir_variables); i++)
		add_dirs(&scan, getenv(dir_variables[i]));
	for (size_t i = 0; i < ARRAY_SIZE(system_dirs); i++)
		args__add(&scan.dirs, (char *)system_dirs[i]);

	for (size_t i = 0; i < args->n; i++) {
		char *arg = args->v[i];

		if (only_inputs || *arg != '-' || !arg[1])
			note_input(&scan, arg);
		else if (!strcmp(arg, "--"))
			only_inputs = true;
		else if (note_option(&scan, arg, i + 1 < args->n ? args->v[i + 1] : NULL))
			i++;
	}
	for (size_t i = 0; i < scan.forced.n; i++) {
		if (strstr(scan.forced.v[i], MENTION "/"))
			return true;
		add_include(&scan, "", 0, scan.forced.v[i], strlen(scan.forced.v[i]));
	}
	if (scan.uncertain)
		return true;
	if (scan.reads_stdin && scan_stdin(&scan))
		return true;
	/* The list grows while it is read. */
	for (size_t i = 0; i < scan.n && !scan.uncertain; i++) {
		int fd = open(scan.files[i].path, O_RDONLY | O_CLOEXEC);
		bool found = scan_fd(&scan, scan.files[i].path, fd);

		if (fd >= 0)
			close(fd);
		if (found)
			return true;
	}
	return scan.uncertain;
}
