// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/*
 * -MJ writes the whole command line of clang into a compilation database, the
 * plugins included.  Its readers (clangd, clang-tidy) may be of another version
 * and could not load them, and without fibers the file is to be clang's own.
 * So clang writes into memory, and the file gets it without the plugins.
 */

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "driver.h"

static volatile sig_atomic_t child;

static void forward(int sig)
{
	if (child > 0)
		kill(child, sig);
}

/* What ends a compile must reach clang: it removes its half-written output. */
static const int forwarded[] = {
	SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGALRM, SIGUSR1, SIGUSR2, SIGXCPU, SIGXFSZ,
};

/*
 * Cuts the driver's arguments out of each entry of @text, in place.  A quote
 * in a path is written as \", so the marks cannot be part of one.
 */
static void remove_own(char *text)
{
	static const char first[] = ", \"-fplugin=", last[] = OWN_INCLUDE "\"";
	char *from, *to;

	while ((from = strstr(text, OWN_PLUGINS OWN_PASSES "-")) && (to = strstr(from, last))) {
		while (from > text && !starts_with(from, first))
			from--;
		to += strlen(last);
		memmove(from, to, strlen(to) + 1);
		text = from;
	}
}

static int write_all(int fd, const char *text, size_t len)
{
	while (len) {
		ssize_t written = write(fd, text, len);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return written ? errno : EIO;
		text += written;
		len -= written;
	}
	return 0;
}

static int write_file(const char *path, const char *text)
{
	struct stat st;
	int fd, err;

	/* As clang does it: away with the old one, but not with a device. */
	if (!lstat(path, &st) && (S_ISREG(st.st_mode) || S_ISLNK(st.st_mode)))
		unlink(path);
	fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
	if (fd < 0)
		return errno;
	err = write_all(fd, text, strlen(text));
	/* Half an entry spoils the list that it becomes part of. */
	if (err && !fstat(fd, &st) && S_ISREG(st.st_mode))
		unlink(path);
	close(fd);
	return err;
}

static int write_database(int memory, const char *path)
{
	off_t len = lseek(memory, 0, SEEK_END);
	char *text;
	int err;

	if (len <= 0)
		return 0;
	text = calloc(1, len + 1);
	if (!text || pread(memory, text, len, 0) != len)
		die("out of memory");
	remove_own(text);
	if (!strcmp(path, "-"))
		err = write_all(STDOUT_FILENO, text, strlen(text));
	else
		err = write_file(path, text);
	free(text);
	return err;
}

/* Ends as @status says: with the same code or by the same signal. */
static int end_like(int status)
{
	struct rlimit no_core = {};

	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	setrlimit(RLIMIT_CORE, &no_core);
	signal(WTERMSIG(status), SIG_DFL);
	raise(WTERMSIG(status));
	return 128 + WTERMSIG(status);
}

/* False where clang writes nothing, or has an error message to give. */
bool database__wanted(const char *path)
{
	char *copy;
	bool ok;

	if (!strcmp(path, "-"))
		return true;
	if (!access(path, F_OK)) {
		int fd = open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK);

		if (fd >= 0)
			close(fd);
		return fd >= 0;
	}
	copy = format("%s", path);
	ok = *path && errno == ENOENT && !access(dirname(copy), W_OK | X_OK);
	free(copy);
	return ok;
}

/* Runs clang with the -MJ file, args->v[mj] from @skip on, replaced. */
int database__compile(const struct clang *clang, struct args *args, size_t mj, size_t skip)
{
	const char *path = args->v[mj] + skip;
	struct sigaction old[ARRAY_SIZE(forwarded)];
	struct sigaction action = { .sa_handler = forward, .sa_flags = SA_RESTART };
	int memory, status, err;
	pid_t pid;

	memory = memfd_create("bpf-fiberc", 0);
	if (memory < 0)
		die("cannot make a memory file for -MJ: %s", strerror(errno));
	args->v[mj] = format("%.*s/proc/self/fd/%d", (int)skip, args->v[mj], memory);

	for (size_t i = 0; i < ARRAY_SIZE(forwarded); i++) {
		sigaction(forwarded[i], NULL, &old[i]);
		if (old[i].sa_handler != SIG_IGN)
			sigaction(forwarded[i], &action, NULL);
	}
	pid = fork();
	if (pid < 0)
		die("cannot start %s: %s", clang->path, strerror(errno));
	if (!pid) {
		for (size_t i = 0; i < ARRAY_SIZE(forwarded); i++)
			sigaction(forwarded[i], &old[i], NULL);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		execv(clang->path, args->v);
		die("cannot run %s: %s", clang->path, strerror(errno));
	}
	child = pid;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			die("cannot wait for %s: %s", clang->path, strerror(errno));
	child = 0;

	err = write_database(memory, path);
	if (err)
		die("cannot write the compilation database %s: %s", path, strerror(err));
	return end_like(status);
}
