// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/* Which clang to run. */

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "driver.h"

#define STR_(x)	#x
#define STR(x)	STR_(x)
#define MAJOR	STR(BPF_FIBER_LLVM_MAJOR)

static bool is_program(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISREG(st.st_mode) && !access(path, X_OK);
}

static bool is_same_file(const char *a, const char *b)
{
	struct stat st_a, st_b;

	return !stat(a, &st_a) && !stat(b, &st_b) && st_a.st_dev == st_b.st_dev &&
	       st_a.st_ino == st_b.st_ino;
}

/* As the shell does it: an empty element of PATH is the current directory. */
static char *search_path(const char *name)
{
	const char *dirs = getenv("PATH");

	while (dirs) {
		const char *end = strchrnul(dirs, ':');
		char *path = format("%.*s%s%s", (int)(end - dirs), dirs, end > dirs ? "/" : "./",
				    name);

		if (is_program(path))
			return path;
		free(path);
		dirs = *end ? end + 1 : NULL;
	}
	return NULL;
}

/* The major version that @path says it has; 0 when it is no clang. */
static unsigned int ask_major(char *path, char *name)
{
	char *argv[] = { name, "--version", NULL };
	posix_spawn_file_actions_t actions;
	unsigned int major = 0;
	char line[512], *version;
	int fds[2], err;
	FILE *output;
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC))
		die("cannot ask %s for its version: %s", path, strerror(errno));
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, fds[1], STDOUT_FILENO);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	err = posix_spawn(&pid, path, &actions, NULL, argv, environ);
	if (err)
		die("cannot run %s: %s", path, strerror(err));
	posix_spawn_file_actions_destroy(&actions);
	close(fds[1]);

	output = fdopen(fds[0], "r");
	while (output && fgets(line, sizeof(line), output)) {
		version = strstr(line, "clang version ");
		if (version && !major)
			major = strtoul(version + strlen("clang version "), NULL, 10);
	}
	if (output)
		fclose(output);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	return major;
}

static struct clang find_override(char *name, const char *self)
{
	struct clang clang = { .name = name, .major = BPF_FIBER_LLVM_MAJOR };

	if (!strchr(name, '/')) {
		clang.path = search_path(name);
		if (!clang.path)
			die("BPF_FIBERC_CLANG is '%s', which is not in PATH", name);
	} else if (is_program(name)) {
		clang.path = name;
	} else {
		die("BPF_FIBERC_CLANG is '%s', which is not an executable file", name);
	}
	if (is_same_file(clang.path, self))
		die("BPF_FIBERC_CLANG is '%s', which is bpf-fiberc itself; it must name a clang",
		    name);
	if (is_same_file(clang.path, BPF_FIBER_CLANG))
		return clang;
	clang.major = ask_major(clang.path, name);
	if (!clang.major)
		die("BPF_FIBERC_CLANG is '%s' (%s), which is not a clang: it gives no version",
		    name, clang.path);
	return clang;
}

/*
 * The build-time path, then the same major in PATH.  Only an override is asked
 * for its version: that costs as much as a small compile, and the name of the
 * others already says it.
 */
struct clang clang__find(const char *self)
{
	struct clang clang = { .major = BPF_FIBER_LLVM_MAJOR };
	char *override = getenv("BPF_FIBERC_CLANG");

	if (override && *override)
		return find_override(override, self);

	clang.path = clang.name = BPF_FIBER_CLANG;
	if (is_program(clang.path))
		return clang;
	clang.name = "clang-" MAJOR;
	clang.path = search_path(clang.name);
	if (!clang.path)
		die("cannot find clang " MAJOR ": neither %s nor clang-" MAJOR " in PATH; "
		    "install it (Debian: apt-get install clang-" MAJOR ") "
		    "or set BPF_FIBERC_CLANG to where it is", BPF_FIBER_CLANG);
	return clang;
}
