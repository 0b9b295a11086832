// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/* bpf-fiberc - clang -target bpf that knows fibers */
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STR_(x) #x
#define STR(x) STR_(x)

int main(int argc, char **argv)
{
	static char self[PATH_MAX];
	char *prefix, **out, *passes, *frontend;
	int n = 0;

	if (readlink("/proc/self/exe", self, sizeof(self) - 1) < 0)
		return 1;
	prefix = dirname(dirname(self));
	out = calloc(argc + 16, sizeof(*out));
	if (asprintf(&passes, "%s/lib/bpf-fiber/BPFFiberPasses-" STR(BPF_FIBER_LLVM_MAJOR) ".so",
		     prefix) < 0 ||
	    asprintf(&frontend, "%s/lib/bpf-fiber/BPFFiberFrontend-" STR(BPF_FIBER_LLVM_MAJOR) ".so",
		     prefix) < 0)
		return 1;
	out[n++] = BPF_FIBER_CLANG;
	out[n++] = "-target";
	out[n++] = "bpf";
	out[n++] = "--start-no-unused-arguments";
	if (asprintf(&out[n++], "-fplugin=%s", passes) < 0 ||
	    asprintf(&out[n++], "-fplugin=%s", frontend) < 0 ||
	    asprintf(&out[n++], "-fpass-plugin=%s", passes) < 0)
		return 1;
	out[n++] = "-idirafter";
	if (asprintf(&out[n++], "%s/include", prefix) < 0)
		return 1;
	out[n++] = "--end-no-unused-arguments";
	for (int i = 1; i < argc; i++) {
		static const char quantum[] = "-fbpf-fiber-quantum=";

		if (!strncmp(argv[i], quantum, strlen(quantum))) {
			out = realloc(out, (argc + 32) * sizeof(*out));
			out[n++] = "-mllvm";
			if (asprintf(&out[n++], "-bpf-fiber-quantum=%s",
				     argv[i] + strlen(quantum)) < 0)
				return 1;
		} else {
			out[n++] = argv[i];
		}
	}
	out[n] = NULL;
	execv(BPF_FIBER_CLANG, out);
	fprintf(stderr, "bpf-fiberc: error: cannot run %s: %s\n", BPF_FIBER_CLANG,
		strerror(errno));
	return 1;
}
