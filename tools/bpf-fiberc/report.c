// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/*
 * Where -fbpf-fiber-report=json writes to: beside the output, as clang does
 * with what it says of one (-fsave-optimization-record, -fstack-usage).  The
 * passes do not know the output's name.
 */

#include <string.h>
#include <sys/stat.h>

#include "driver.h"

/* The last one counts; NULL if none is given. */
static const char *find_output(const struct args *args)
{
	const char *output = NULL;

	for (size_t i = 0; i < args->n; i++) {
		const char *arg = args->v[i];

		if (!strcmp(arg, "--"))
			break;
		if ((!strcmp(arg, "-o") || !strcmp(arg, "--output")) && i + 1 < args->n)
			output = args->v[++i];
		else if (starts_with(arg, "--output="))
			output = arg + strlen("--output=");
		else if (starts_with(arg, "-o") && arg[2])
			output = arg + 2;
		else if (takes_value(arg))
			i++;
	}
	return output;
}

/* What stands in a folder of devices gets no file put beside it. */
static bool is_no_file(const char *path)
{
	struct stat st;

	return !strcmp(path, "-") || (!stat(path, &st) && !S_ISREG(st.st_mode));
}

char *report__file(const struct args *args)
{
	const char *output = find_output(args), *name, *dot;

	if (!output || is_no_file(output))
		return NULL;
	name = strrchr(output, '/');
	name = name ? name + 1 : output;
	dot = strrchr(name, '.');
	return format("%.*s.fibers.json", (int)(dot && dot > name ? dot - output :
						strlen(output)), output);
}
