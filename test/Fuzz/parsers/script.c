// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* fiber-test's scripts: packets, comparisons, values; about FUZZ_OBJECT. */
#include "fuzz-parser.h"
#include "../../../tools/fiber-test/script.c"

const struct act acts[] = { { } };

bool test_load(struct test *t)
{
	(void)t;
	return true;
}

void fail(struct test *t, const char *fmt, ...)
{
	(void)fmt;
	t->failures++;
}

static int quiet(enum libbpf_print_level level, const char *fmt, va_list ap)
{
	(void)level;
	(void)fmt;
	(void)ap;
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct test t = { .events[0] = { .name = "token", .token = 7 },
				 .nr_events = 1 };
	char *text = malloc(size + 1), *act;
	__u8 packet[2048];
	__s64 number;

	if (!t.obj) {
		libbpf_set_print(quiet);
		t.obj = bpf_object__open(getenv("FUZZ_OBJECT"));
		t.btf = t.obj ? bpf_object__btf(t.obj) : NULL;
		if (!t.btf)
			abort();
	}
	memcpy(text, data, size);
	text[size] = '\0';
	packet_parse(&t, text, packet, sizeof(packet));
	comparison_eval(&t, text, false);
	sum_evaluate(&t, text, &number);
	for (__u32 type = 1; type < btf__type_cnt(t.btf) && type < 40; type++) {
		__s64 room = btf__resolve_size(t.btf, type);
		const char *cursor = text;

		if (room > 0 && room <= 2048)
			typed_fill(&t, type, packet, &cursor);
	}
	act = find_act(text);
	if (act) {
		trim(act);
		do_act(&t, act);
	}
	free(text);
	return 0;
}
