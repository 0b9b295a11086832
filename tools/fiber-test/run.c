// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * run.c - run programs with BPF_PROG_TEST_RUN.
 *
 *	run PROGRAM [option ...] [OP VALUE]
 *	parallel PROGRAM [option ...] | PROGRAM [option ...]
 *
 * Options: packet=DESCRIPTION, port=N, ctx=VALUES, repeat=N, cpu=N, live (an XDP
 * program's verdict is carried out).  OP VALUE is compared with the return value,
 * as a signed number.
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fiber-test.h"

static bool is_packet_program(const struct bpf_program *prog)
{
	switch (bpf_program__type(prog)) {
	case BPF_PROG_TYPE_XDP:
	case BPF_PROG_TYPE_SCHED_CLS:
	case BPF_PROG_TYPE_SOCKET_FILTER:
	case BPF_PROG_TYPE_CGROUP_SKB:
	case BPF_PROG_TYPE_LWT_IN:
	case BPF_PROG_TYPE_LWT_OUT:
	case BPF_PROG_TYPE_LWT_XMIT:
	case BPF_PROG_TYPE_FLOW_DISSECTOR:
		return true;
	default:
		return false;
	}
}

/* The type that the program's first parameter points to, or 0. */
static __u32 context_type(struct test *t, const struct bpf_program *prog)
{
	__s32 func = btf__find_by_name_kind(t->btf, bpf_program__name(prog), BTF_KIND_FUNC);
	const struct btf_type *proto, *ptr;

	if (func < 0)
		return 0;
	proto = btf__type_by_id(t->btf, btf__type_by_id(t->btf, func)->type);
	if (!btf_vlen(proto))
		return 0;
	ptr = btf__type_by_id(t->btf, typed_skip_modifiers(t->btf, btf_params(proto)->type));
	return btf_is_ptr(ptr) ? ptr->type : 0;
}

static bool parse_context(struct test *t, struct invocation *in, const char *values)
{
	__u32 type = context_type(t, in->prog);
	__s64 size = type ? btf__resolve_size(t->btf, type) : -1;

	if (size <= 0 || size > MAX_KEY)
		return false;
	in->ctx_size = size;
	return typed_fill(t, type, in->ctx, &values) && !*values;
}

static bool parse_option(struct test *t, struct invocation *in, const char *word)
{
	if (!strncmp(word, "packet=", 7)) {
		in->packet_len = packet_parse(t, word + 7, in->packet, sizeof(in->packet));
		return in->packet_len >= 14;
	}
	if (!strncmp(word, "port=", 5)) {
		char text[64];

		snprintf(text, sizeof(text), "udp,10.0.0.1:1000,10.0.0.2:%s", word + 5);
		in->packet_len = packet_parse(t, text, in->packet, sizeof(in->packet));
		return in->packet_len >= 14;
	}
	if (!strncmp(word, "ctx=", 4))
		return parse_context(t, in, word + 4);
	if (!strncmp(word, "repeat=", 7)) {
		in->repeat = strtoul(word + 7, NULL, 0);
		return in->repeat > 0;
	}
	if (!strcmp(word, "live")) {
		in->live = true;
		return true;
	}
	if (!strncmp(word, "cpu=", 4)) {
		in->cpu = atoi(word + 4);
		return in->cpu >= 0;
	}
	return false;
}

char *invocation_parse(struct test *t, struct invocation *in, char *text)
{
	char *word, *next;

	memset(in, 0, sizeof(*in));
	in->repeat = 1;
	in->cpu = -1;
	for (word = text; *word; word = next) {
		size_t len = strcspn(word, " \t");

		next = word + len + strspn(word + len, " \t");
		if (in->prog && strchr("=!<>", *word))
			return word;
		word[len] = '\0';
		if (!in->prog) {
			in->prog = bpf_object__find_program_by_name(t->obj, word);
			if (!in->prog) {
				fail(t, "no program %s", word);
				return NULL;
			}
		} else if (!parse_option(t, in, word)) {
			fail(t, "%s: not understood", word);
			return NULL;
		}
	}
	if (!in->prog) {
		fail(t, "no program named");
		return NULL;
	}
	return word;
}

static void pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

/* Packet programs repeat inside the kernel, the others know no repetition. */
void invocation_run(struct invocation *in)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts);
	unsigned int times = in->repeat;

	if (is_packet_program(in->prog)) {
		if (!in->packet_len)
			in->packet_len = packet_parse(NULL, "udp,10.0.0.1:1000,10.0.0.2:2000",
						      in->packet, sizeof(in->packet));
		opts.data_in = in->packet;
		opts.data_size_in = in->packet_len;
		opts.repeat = in->repeat;
		opts.flags = in->live ? BPF_F_TEST_XDP_LIVE_FRAMES : 0;
		times = 1;
	} else if (in->ctx_size) {
		opts.ctx_in = in->ctx;
		opts.ctx_size_in = in->ctx_size;
	}
	while (times-- && !in->err) {
		in->err = bpf_prog_test_run_opts(bpf_program__fd(in->prog), &opts);
		in->retval = opts.retval;
	}
}

bool act_run(struct test *t, char *args)
{
	struct invocation in;
	cpu_set_t before;
	char *rest;

	rest = invocation_parse(t, &in, args);
	if (!rest)
		return false;
	sched_getaffinity(0, sizeof(before), &before);
	if (in.cpu >= 0)
		pin(in.cpu);
	invocation_run(&in);
	sched_setaffinity(0, sizeof(before), &before);
	if (in.err) {
		fail(t, "cannot run it: %s", strerror(-in.err));
		return false;
	}
	if (*rest && comparison_eval_value(t, in.retval, rest) == VERDICT_ERROR) {
		fail(t, "not understood: %s", rest);
		return false;
	}
	return true;
}

/*
 * On a busy machine one thread could be done before the other one begins: they
 * run in heats, and wait for each other before each.  They spin, because a heat
 * takes less time than it takes to be woken up.
 */
#define HEATS	20

static unsigned int arrived;

static void line_up(unsigned int heat)
{
	__atomic_add_fetch(&arrived, 1, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(&arrived, __ATOMIC_SEQ_CST) < 2 * heat)
		;
}

static void *race(void *arg)
{
	struct invocation *in = arg;
	unsigned int all = in->repeat, done = 0;

	pin(in->cpu);
	for (unsigned int heat = 1; heat <= HEATS; heat++) {
		in->repeat = (__u64)all * heat / HEATS - done;
		done += in->repeat;
		line_up(heat);
		if (in->repeat && !in->err)
			invocation_run(in);
	}
	return NULL;
}

/* Two programs at once, on CPU 0 and CPU 1 unless told otherwise. */
bool act_parallel(struct test *t, char *args)
{
	static struct invocation in[2];
	pthread_t threads[2];
	char *second = strchr(args, '|');

	if (!second) {
		fail(t, "PROGRAM ... | PROGRAM ... expected");
		return false;
	}
	*second++ = '\0';
	second += strspn(second, " \t");
	if (!invocation_parse(t, &in[0], args) || !invocation_parse(t, &in[1], second))
		return false;
	arrived = 0;
	for (int i = 0; i < 2; i++) {
		if (in[i].cpu < 0)
			in[i].cpu = i;
		pthread_create(&threads[i], NULL, race, &in[i]);
	}
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	for (int i = 0; i < 2; i++) {
		if (in[i].err) {
			fail(t, "cannot run %s: %s", bpf_program__name(in[i].prog),
			     strerror(-in[i].err));
			return false;
		}
	}
	return true;
}
