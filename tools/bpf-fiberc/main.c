// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/*
 * bpf-fiberc - clang -target bpf that knows fibers.
 *
 * Where there may be a fiber, the driver puts the plugins and the headers in
 * front of the user's arguments and becomes clang.  Where there is none it
 * becomes "clang -target bpf" and nothing else; scan.c tells why and how.
 *
 * In front, so that a -target or -I of the user's has the last word.  The
 * --start/--end-no-unused-arguments are there because not every run uses the
 * plugins (-E, assembly, linking) and clang would warn about them.
 */

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "driver.h"
#include "explain/explain.h"

enum { OWN_QUANTUM, OWN_LIMIT, OWN_KERNEL, OWN_REPORT, OWN_OPTIONS };

struct own_option;
static const char *check_number(const struct own_option *option, const char *arg,
				const char *value);
static const char *check_version(const struct own_option *option, const char *arg,
				 const char *value);
static const char *check_word(const struct own_option *option, const char *arg, const char *value);

/*
 * The driver's own options, which the passes know by the name in @pass.  Without
 * a @unit the value is one of two words and may be missing, which says the first
 * of them.
 */
static const struct own_option {
	const char *arg, *pass, *what;
	const char *(*check)(const struct own_option *option, const char *arg, const char *value);
	const char *unit;
	const char *words[2];
} own_options[] = {
	[OWN_QUANTUM] = { ARG_OWN "quantum", "-bpf-fiber-quantum", "the quantum",
			  check_number, "instructions" },
	[OWN_LIMIT] = { ARG_OWN "frame-limit", "-bpf-fiber-frame-limit", "the limit",
			check_number, "bytes" },
	[OWN_KERNEL] = { ARG_OWN "kernel", "-bpf-fiber-kernel", "the oldest kernel",
			 check_version, "version" },
	[OWN_REPORT] = { ARG_OWN "report", "-bpf-fiber-report", "the form",
			 check_word, .words = { "text", "json" } },
};

/* The user's arguments without the driver's own, and where -MJ is in them. */
struct command {
	struct args args;
	const char *values[OWN_OPTIONS];	/* of own_options; NULL: not given */
	size_t mj;		/* the index of the argument with the -MJ file; 0: none */
	size_t mj_skip;		/* where in that argument the file name begins */
};

/* An int: a quantum becomes an immediate of an instruction. */
static const char *check_number(const struct own_option *option, const char *arg,
				const char *value)
{
	unsigned long number;
	char *end;

	errno = 0;
	number = strtoul(value, &end, 10);
	if (*value < '0' || *value > '9' || *end || errno || !number || number > INT_MAX)
		die("'%s': %s is a number of %s from 1 to %d", arg, option->what, option->unit,
		    INT_MAX);
	return format("%lu", number);
}

static const char *check_version(const struct own_option *option, const char *arg,
				 const char *value)
{
	size_t major = strspn(value, "0123456789");
	const char *minor = value + major + 1;

	if (!major || major > 3 || *value == '0' || value[major] != '.' ||
	    strspn(minor, "0123456789") != strlen(minor) || !*minor || strlen(minor) > 3)
		die("'%s': %s is MAJOR.MINOR, for instance 6.1", arg, option->what);
	return value;
}

static const char *check_word(const struct own_option *option, const char *arg, const char *value)
{
	for (size_t i = 0; i < ARRAY_SIZE(option->words); i++)
		if (!strcmp(value, option->words[i]))
			return option->words[i];
	die("'%s': %s is '%s' or '%s'", arg, option->what, option->words[0], option->words[1]);
}

/* The value that @arg gives its option; NULL if it is for another one. */
static const char *check_value(const struct own_option *option, const char *arg)
{
	const char *value = arg + strlen(option->arg);

	if (!starts_with(arg, option->arg))
		return NULL;
	if (!*value && !option->unit)
		return "";
	if (*value != '=' && option->unit)
		die("'%s' is not known; did you mean %s=<%s>?", arg, option->arg, option->unit);
	if (*value != '=')
		die("'%s' is not known; did you mean %s?", arg, option->arg);
	value++;
	return option->check(option, arg, value);
}

/* Whether @arg is the driver's own. */
static bool parse_own(struct command *command, const char *arg)
{
	for (size_t i = 0; i < OWN_OPTIONS; i++) {
		const char *value = check_value(&own_options[i], arg);

		if (!value)
			continue;
		command->values[i] = value;
		return true;
	}
	return false;
}

static struct command parse(const struct args *all)
{
	struct command command = {};
	bool only_inputs = false;

	/* Index 0 stays free: it tells "none". */
	args__add(&command.args, NULL);
	for (size_t i = 0; i < all->n; i++) {
		char *arg = all->v[i];

		if (!only_inputs && parse_own(&command, arg))
			continue;
		args__add(&command.args, arg);
		if (only_inputs)
			continue;
		if (!strcmp(arg, "--")) {
			only_inputs = true;
		} else if (takes_value(arg) && i + 1 < all->n) {
			args__add(&command.args, all->v[++i]);
			if (!strcmp(arg, ARG_MJ)) {
				command.mj = command.args.n - 1;
				command.mj_skip = 0;
			}
		} else if (starts_with(arg, ARG_MJ) && arg[strlen(ARG_MJ)]) {
			command.mj = command.args.n - 1;
			command.mj_skip = strlen(ARG_MJ);
		}
	}
	return command;
}

/* The driver's own path, links resolved; the rest is found relative to it. */
static char *find_self(void)
{
	char *self = realpath("/proc/self/exe", NULL);

	if (!self)	/* no /proc, as in a bare chroot */
		self = realpath((const char *)getauxval(AT_EXECFN), NULL);
	if (!self)
		die("cannot tell where bpf-fiberc is: %s", strerror(errno));
	return self;
}

static char *find_prefix(const char *self)
{
	char *prefix = format("%s", self);

	for (int i = 0; i < 2; i++) {
		char *slash = strrchr(prefix, '/');

		if (slash)
			*slash = '\0';
	}
	return prefix;
}

static char *find_plugin(const char *prefix, const char *name, const struct clang *clang)
{
	char *path = format("%s" OWN_PLUGINS "%s-%u.so", prefix, name, clang->major);

	if (!access(path, R_OK))
		return path;
	if (clang->major != BPF_FIBER_LLVM_MAJOR)
		die("BPF_FIBERC_CLANG is clang %u (%s), and there are no plugins for that: %s: %s; "
		    "use clang %d, or build bpf-fiber for the other LLVM too "
		    "(-DBPF_FIBER_LLVM_MAJOR, 19 to 22)", clang->major, clang->path, path,
		    strerror(errno), BPF_FIBER_LLVM_MAJOR);
	die("cannot read the plugin %s: %s; bpf-fiberc looks for it beside itself, so install "
	    "both together (cmake --install) and move neither alone", path, strerror(errno));
}

/*
 * By -Xclang, as a plain -mllvm also reaches the assembler (--save-temps, .s),
 * which loads no plugin and refuses it.
 */
static void add_pass_option(struct args *args, const char *pass, const char *value)
{
	args__add(args, "-Xclang");
	args__add(args, "-mllvm");
	args__add(args, "-Xclang");
	args__add(args, format("%s%s%s", pass, *value ? "=" : "", value));
}

/* @report_file: NULL if the passes know it */
static void add_plugins(struct args *args, const char *prefix, const char *passes,
			const char *frontend, const struct command *command,
			const char *report_file)
{
	args__add(args, ARG_BEGIN);
	/* Loaded twice: as a plugin its options exist before -mllvm is read. */
	args__add(args, format("-fplugin=%s", passes));
	args__add(args, format("-fplugin=%s", frontend));
	args__add(args, format("-fpass-plugin=%s", passes));
	for (size_t i = 0; i < OWN_OPTIONS; i++)
		if (command->values[i])
			add_pass_option(args, own_options[i].pass, command->values[i]);
	if (command->values[OWN_REPORT] && report_file)
		add_pass_option(args, "-bpf-fiber-report-file", report_file);
	/*
	 * A folder with nothing but bpf_fiber/ in it: the prefix's own include
	 * folder would let other headers be found that clang does not find.
	 */
	args__add(args, "-idirafter");
	args__add(args, format("%s" OWN_INCLUDE, prefix));
	args__add(args, ARG_END);
}

static void add_user(struct args *args, const struct command *command)
{
	for (size_t i = 1; i < command->args.n; i++)
		args__add(args, command->args.v[i]);
}

static int compile(int argc, char **argv)
{
	struct command_line line = command_line__expand(argc ? argv + 1 : argv);
	struct command command = parse(&line.plugged);
	char *self = find_self(), *prefix = find_prefix(self);
	struct clang clang = clang__find(self);
	char *passes = find_plugin(prefix, OWN_PASSES, &clang);
	char *frontend = find_plugin(prefix, OWN_FRONTEND, &clang);
	struct args args = {};

	args__add(&args, clang.name);
	args__add(&args, "-target");
	args__add(&args, "bpf");
	if (line.is_full && !scan__may_have_fibers(&line.full)) {
		command = parse(&line.alone);
		add_user(&args, &command);
	} else {
		size_t own;

		add_plugins(&args, prefix, passes, frontend, &command,
			    report__file(&line.full));
		own = args.n;
		add_user(&args, &command);
		if (command.mj && database__wanted(command.args.v[command.mj] + command.mj_skip))
			return database__compile(&clang, &args, own + command.mj - 1,
						 command.mj_skip);
	}
	execv(clang.path, args.v);
	die("cannot run %s: %s", clang.path, strerror(errno));
}

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], ARG_EXPLAIN))
		return explain_verifier(argc - 2, argv + 2);
	return compile(argc, argv);
}
